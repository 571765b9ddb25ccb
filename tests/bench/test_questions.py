"""The benchmark itself: it compares answers digit for digit, and stops where they differ."""

from dataclasses import replace

import pytest

from bench import __main__ as bench


def test_every_shape_is_answered_as_by_hand_and_written_down(tmp_path, capsys):
    results = tmp_path / "RESULTS.md"
    bench.main(["--rows", "1200", "--results", str(results)])
    told = results.read_text()
    assert "## Parts and questions" in told
    assert all(f"| {shape.name} |" in told for shape in bench.SHAPES)
    assert "digit for digit" in capsys.readouterr().out


def test_a_wrong_answer_stops_it(tmp_path, monkeypatch):
    total = bench.SHAPES[0]
    wrong = replace(total, by_hand=total.by_hand.replace("sum(effective_cost)", "sum(effective_cost) + 1"))
    monkeypatch.setattr(bench, "SHAPES", (wrong,))
    with pytest.raises(SystemExit, match="month total: the answers differ"):
        bench.main(["--rows", "1200", "--results", str(tmp_path / "RESULTS.md")])
