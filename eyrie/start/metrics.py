"""Metrics in Prometheus's text form, in a registry of our own.

What happens is counted as it happens (`answered`); what simply is so, the ledger's version, the jobs waiting
and the queries running, is asked for when somebody scrapes. Labels are names of operations, never paths or
tokens, so the number of series is bounded by the table of operations.
"""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

JobCounts = Mapping[tuple[str, str], int]  # (kind, state) to how many


class Metrics:
    """The metrics of one process."""

    def __init__(self, version: str) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "eyrie_requests", "Requests answered.", ["operation", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "eyrie_request_seconds",
            "Time from request to answer.",
            ["operation"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        Gauge("eyrie_info", "The version that runs.", ["version"], registry=self._registry).labels(
            version
        ).set(1)

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count one answered request; `operation` is its name, or `other` where no operation answered."""
        self._answers.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)

    def watch_queries(self, running: Callable[[], int]) -> None:
        """Ask for the number of questions in the engine at each scrape."""
        gauge = Gauge("eyrie_queries_running", "Queries in the engine now.", registry=self._registry)
        gauge.set_function(running)

    def watch_ledger(self, version: Callable[[], int]) -> None:
        """Ask for the ledger's version at each scrape."""
        self._registry.register(_Asked(lambda: _ledger_family(version())))

    def watch_jobs(self, counts: Callable[[], JobCounts]) -> None:
        """Ask for the number of jobs by kind and state at each scrape."""
        self._registry.register(_Asked(lambda: _jobs_family(counts())))

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Asked(Collector):
    """A metric that is asked for at each scrape."""

    def __init__(self, ask: Callable[[], GaugeMetricFamily]) -> None:
        self._ask = ask

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: registering must not ask already."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask now."""
        yield self._ask()


def _ledger_family(version: int) -> GaugeMetricFamily:
    return GaugeMetricFamily("eyrie_ledger_version", "The ledger's version.", value=version)


def _jobs_family(counts: JobCounts) -> GaugeMetricFamily:
    family = GaugeMetricFamily("eyrie_jobs", "Jobs by kind and state.", labels=["kind", "state"])
    for (kind, state), count in sorted(counts.items()):
        family.add_metric([kind, state], count)
    return family
