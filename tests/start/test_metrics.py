"""Metrics: what Prometheus reads."""

from eyrie.start.metrics import Metrics


def lines(metrics: Metrics) -> set[str]:
    return set(metrics.text().decode().splitlines())


def test_requests_are_counted_by_operation_and_status_and_timed():
    metrics = Metrics("1.2.3")
    metrics.answered("getCosts", 200, 0.03)
    metrics.answered("getCosts", 200, 0.3)
    metrics.answered("getCosts", 404, 0.001)
    assert {
        'eyrie_requests_total{operation="getCosts",status="200"} 2.0',
        'eyrie_requests_total{operation="getCosts",status="404"} 1.0',
        'eyrie_request_seconds_bucket{le="0.05",operation="getCosts"} 2.0',
        'eyrie_request_seconds_count{operation="getCosts"} 3.0',
        'eyrie_info{version="1.2.3"} 1.0',
    } <= lines(metrics)


def test_the_queries_that_run_are_asked_for_at_each_scrape():
    metrics, running = Metrics("1"), iter((1, 0))
    metrics.watch_queries(lambda: next(running))
    assert "eyrie_queries_running 1.0" in lines(metrics)
    assert "eyrie_queries_running 0.0" in lines(metrics)


def test_ledger_and_jobs_are_asked_for_at_each_scrape():
    metrics, version = Metrics("1"), iter((7, 8))
    metrics.watch_ledger(lambda: next(version))
    metrics.watch_jobs(lambda: {("ingest", "waiting"): 3, ("export", "running"): 1})
    first = lines(metrics)
    assert "eyrie_ledger_version 7.0" in first
    assert 'eyrie_jobs{kind="ingest",state="waiting"} 3.0' in first
    assert "eyrie_ledger_version 8.0" in lines(metrics)


def test_two_processes_worth_of_metrics_do_not_mix():
    one, other = Metrics("1"), Metrics("1")
    one.answered("ping", 200, 0.1)
    assert not [line for line in lines(other) if line.startswith("eyrie_requests_total")]
