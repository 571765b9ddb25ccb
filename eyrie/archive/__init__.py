"""Where ledger values meet tables: publish, snapshot, compact, sweep, doctor, backup; nowhere else.

The files of the ledger are immutable and the manifest (`store/ledger.py`) says which of them count. So every
change is: write files under names that nobody knows, make them durable, then tell the manifest in one
transaction. A process that dies before that transaction leaves files that were never named, which `sweep`
removes a day later; one that dies after it leaves nothing undone.

Invariants, all held by `publish` under the lock of the one ledger row and checked again by `doctor`:

- a file is named only if it is there, whole;
- what a delivery brought for a month is live once: never twice, never mixed with what it replaces, and either
  in parts of its own or as a member of a compacted one;
- an id of a tag set means one tag set in all live parts;
- versions count up by one and their times never go back.
"""
