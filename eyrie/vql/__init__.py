"""The filter language: a condition on rows, as text that people write and as a value that engines run.

A filter takes four steps, each a small module that knows nothing of the later ones:

    parse     text to a tree that remembers where everything stood           tokens, parse, print
    check     may this scope say that? every problem at once                 scopes, check, nearest
    rewrite   tags find their keys, weights become branches                  binding, rewrite, settle
    lower     the fields become columns: conditions of an engine's plan      names, lower, merge

`read.read_filter` takes the first three, so a filter that exists is a filter that runs; `lower.lower` takes
the last one for one filter, `merge.merge` for the several that a report collects. Whatever is wrong with a
text is one `invalid.InvalidFilter`. The language for its users is in `docs/vql.md`.
"""
