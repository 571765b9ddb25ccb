"""What happens to every request, in one order that no operation can change.

    authenticate → scope → find what the path names → visible? → allowed? → body and parameters → run

The first steps need no body, so a stranger learns nothing by sending one. A read runs in one view of the
store. A write is admitted in a view of its own, prepared without any transaction, and then run in one
transaction that looks at everything again, so that what was admitted still holds when it is written.
"""

import datetime as dt
import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar, assert_never

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eyrie.access import sessions
from eyrie.access.caller import Caller, Source
from eyrie.access.rights import may
from eyrie.access.tokens import LAST_USED_EVERY, caller_behind, note_use, recognise
from eyrie.basics.errors import EyrieError, Forbidden, NotFound, Refused, Unauthenticated
from eyrie.operations.call import Call
from eyrie.operations.house import House
from eyrie.operations.operation import FormBody, JsonBody, Operation, QueryOrJsonBody, UploadBody, Work
from eyrie.operations.outcome import Later, Outcome
from eyrie.store.rows import OfAccount
from eyrie.store.traces import REPEATABLE_FOR, RepeatableRow
from eyrie.surfaces.api.bodies import checked, is_blank, read_form, read_json, read_upload
from eyrie.surfaces.api.parameters import read_pairs, read_query
from eyrie.surfaces.api.rendering import Response, render
from eyrie.surfaces.api.request import Request

AGENT = "vantage-mcp-server/"
# How often a write is tried while others write the same name or key, which PostgreSQL lets them begin.
TRIES = 5
LONGEST_KEY = 255
T = TypeVar("T")


class Refusal(Exception):
    """An error together with the moment it came up in, which decides its status."""

    def __init__(self, error: EyrieError, *, running: bool) -> None:
        self.error = error
        self.running = running


@dataclass(frozen=True)
class Pending:
    """A request that was admitted and read, and waits for what takes long."""

    operation: Operation
    request: Request
    later: Later

    def respond(self, answer: Callable[[], object]) -> Response:
        """The response, once there is an answer, or what was raised in its place."""
        return render(self.operation, _running(lambda: self.later.shown(answer())), self.request.address)


@dataclass(frozen=True)
class Door:
    """Admits and runs requests; knows operations only by what they declare."""

    house: House
    _used: dict[str, dt.datetime] = field(default_factory=dict)
    _to_note: deque[tuple[str, dt.datetime]] = field(default_factory=deque)

    def authenticate(self, session: Session, request: Request, now: dt.datetime) -> Caller:
        """Tell who asks."""
        scheme, _, secret = request.headers.get("authorization", "").strip().partition(" ")
        if not scheme:
            return self._signed_in(session, request, now)
        if scheme.lower() != "bearer" or not secret.strip():
            raise Unauthenticated
        agent = request.headers.get("user-agent", "").startswith(AGENT)
        row = recognise(session, secret.strip(), now)
        return caller_behind(session, row, Source.FINOPS_AGENT if agent else Source.API)

    def _signed_in(self, session: Session, request: Request, now: dt.datetime) -> Caller:
        """Tell whose session a browser's cookie is of."""
        secure = request.address.base.startswith("https:")
        secret = sessions.secret_in(request.headers.get("cookie", ""), secure=secure)
        if secret is None:
            raise Unauthenticated
        csrf = request.headers.get(sessions.CSRF_HEADER, "")
        return sessions.caller_in(session, secret, request.method, csrf, now)

    def know(self, request: Request) -> None:
        """Only tell whether the token is good: what comes before a 404 or 405."""
        now = self.house.now()
        with self.house.database.reading() as session:
            self.authenticate(session, request, now)

    def answer(self, operation: Operation, request: Request, path: Mapping[str, str]) -> Response | Pending:
        """Admit a request that needs no body, and run it if it is no write."""
        call = self._call(request, path)
        if operation.scope is None and operation.work is Work.NONE:
            return self._read(operation, call, request)
        with self.house.database.reading() as session:
            call = self._admit(operation, call, request, session)
            response = self._read(operation, call, request) if operation.work is not Work.WRITES else None
        self._use(call)
        return response or self.write(operation, request, path, b"")

    def admit(self, operation: Operation, request: Request, path: Mapping[str, str]) -> None:
        """Check all that can be checked before the body is read."""
        with self.house.database.reading() as session:
            self._use(self._admit(operation, self._call(request, path), request, session))

    def write(
        self, operation: Operation, request: Request, path: Mapping[str, str], content: bytes
    ) -> Response | Pending:
        """Run an operation that has a body or writes, after `admit`."""
        call = self._with_body(operation, self._call(request, path), request, content)
        if operation.prepares is not None:
            with self.house.database.reading() as session:
                admitted = self._admit(operation, call, request, session)
            asked = read_query(operation.query, request.query)
            prepared = replace(admitted, maybe_session=None, query=asked)
            call = replace(call, prepared=_running(partial(operation.prepares, prepared)))
        if operation.work is not Work.WRITES:
            with self.house.database.reading() as session:
                return self._read(operation, self._admit(operation, call, request, session), request)
        for _ in range(TRIES - 1):
            try:
                return self._write_once(operation, call, request, content)
            except IntegrityError:
                continue  # another writer came first; the next look sees what it wrote
        return self._write_once(operation, call, request, content)

    def _write_once(self, operation: Operation, call: Call, request: Request, content: bytes) -> Response:
        """Run a write in one transaction, or give the answer that the same request got before."""
        key = request.headers.get("idempotency-key", "") if operation.method == "POST" else ""
        with self.house.database.writing() as session:
            call = self._admit(operation, call, request, session)
            repeat = _Repeat(session, call, request, content, key) if key and call.maybe_caller else None
            response = repeat.answer() if repeat else None
            if response is None:
                outcome = self._run(operation, call, request)
                assert not isinstance(outcome, Later), "a transaction waits for nothing"
                response = render(operation, outcome, request.address)
                session.flush()
                if repeat:
                    repeat.keep(response)
        return response

    def _call(self, request: Request, path: Mapping[str, str]) -> Call:
        return Call(
            house=self.house,
            now=self.house.now(),
            address=request.address,
            path=path,
            headers=request.headers,
        )

    def _admit(self, operation: Operation, call: Call, request: Request, session: Session) -> Call:
        """Authenticate, scope, find, visible, allowed: in this order, for every operation."""
        if operation.scope is None:
            return call.with_session(session, None)
        caller = self.authenticate(session, request, call.now)
        if caller.token and operation.scope not in caller.token.scopes:
            raise Forbidden(f"This token does not have the {operation.scope} scope")
        call = call.with_session(session, caller)
        found: dict[str, OfAccount] = {}
        for finds in operation.finds:
            name = call.path[finds.parameter]
            row = call.rows.find(finds.row, name) or (finds.also(call, name) if finds.also else None)
            if row is None:
                raise NotFound(f"{finds.thing} not found")
            if finds.within and getattr(row, finds.within[0]) != call.path[finds.within[1]]:
                raise NotFound(f"{finds.thing} not found")
            found[finds.parameter] = row
        allowed = [call.rows.may(operation.needs, row) for row in found.values()]
        if not all(allowed or [may(caller, operation.needs)]):
            for finds in operation.finds:
                if call.rows.find(finds.row, call.path[finds.parameter]) is None and not finds.also:
                    raise NotFound(f"{finds.thing} not found")  # somebody deleted it between two looks
            raise Forbidden
        return replace(call, found=found)

    def _with_body(self, operation: Operation, call: Call, request: Request, content: bytes) -> Call:
        """Read the body as the operation declares it."""
        match operation.body:
            case None:
                return call
            case JsonBody(model):
                return replace(call, maybe_body=read_json(content, request.content_type, model))
            case FormBody():
                return replace(call, maybe_body=read_form(content, request.content_type, operation.body))
            case QueryOrJsonBody(model):
                if not is_blank(content):
                    return replace(call, maybe_body=read_json(content, request.content_type, model))
                pairs = {key: values[-1] for key, values in read_pairs(request.query).items()}
                return replace(call, maybe_body=checked(model, pairs))
            case UploadBody():
                body, files = read_upload(content, request.content_type, operation.body)
                return replace(call, maybe_body=body, files=files)
            case _:
                assert_never(operation.body)

    def _read(self, operation: Operation, call: Call, request: Request) -> Response | Pending:
        """Run and render, or tell what must be waited for."""
        outcome = self._run(operation, call, request)
        if isinstance(outcome, Later):
            return Pending(operation, request, outcome)
        return render(operation, outcome, request.address)

    def _run(self, operation: Operation, call: Call, request: Request) -> Outcome | Later:
        """Read the parameters and run."""
        asked = replace(call, query=read_query(operation.query, request.query))
        return _running(partial(operation.run, asked))

    def _use(self, call: Call) -> None:
        """Remember a token's use, at most once in a while."""
        token = call.maybe_caller.token if call.maybe_caller else None
        if token is None:
            return
        before = self._used.get(token.token)
        if before is None or call.now - before >= LAST_USED_EVERY:
            self._used[token.token] = call.now
            self._to_note.append((token.token, call.now))

    @property
    def has_notes(self) -> bool:
        """Tell whether uses wait to be noted."""
        return bool(self._to_note)

    def note_uses(self) -> None:
        """Note the uses of tokens, after the answers are sent: a reader must not wait for a writer."""
        with self.house.database.writing() as session:
            while self._to_note:
                note_use(session, *self._to_note.popleft())


class _Repeat:
    """A POST with an Idempotency-Key: for a day, the same request gets the same answer.

    The answer is kept sealed: it may hold a secret that is shown only once.
    """

    def __init__(self, session: Session, call: Call, request: Request, content: bytes, key: str) -> None:
        if len(key) > LONGEST_KEY:
            raise Refused(f"Idempotency-Key is longer than {LONGEST_KEY} characters")
        assert call.caller.token is not None, "who calls over HTTP has a token"
        self._session, self._now, self._secrets = session, call.now, call.house.secrets
        self._caller, self._key = call.caller.token.token, key
        self._hash = hashlib.sha256(request.address.target.encode() + b"\n" + content).hexdigest()

    def answer(self) -> Response | None:
        """The answer given before, if there is one."""
        row = self._session.get(RepeatableRow, (self._caller, self._key))
        if row is None:
            return None
        if row.created_at + REPEATABLE_FOR <= self._now:
            self._session.delete(row)
            self._session.flush()
            return None
        if row.request_hash != self._hash:
            raise Refusal(Refused("This Idempotency-Key was used with another request"), running=False)
        return Response(row.status, self._secrets.open(row.body.decode()).encode(), row.headers)

    def keep(self, response: Response) -> None:
        """Keep the answer, in the transaction of the work."""
        self._session.add(
            RepeatableRow(
                caller=self._caller,
                key=self._key,
                request_hash=self._hash,
                status=response.status,
                headers=dict(response.headers),
                body=self._secrets.seal(response.content.decode()).encode(),
                created_at=self._now,
            )
        )


def _running(work: Callable[[], T]) -> T:
    """Mark errors that come up while an operation runs."""
    try:
        return work()
    except EyrieError as error:
        raise Refusal(error, running=True) from error
