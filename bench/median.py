#!/usr/bin/env python3
"""The bars of several runs of strided-bench as Markdown: the median of each figure, and how far the runs lie apart.

    strided-bench --json 1.json; strided-bench --json 2.json; strided-bench --json 3.json
    bench/median.py 1.json 2.json 3.json
"""
import json
import statistics
import sys


def machine(run):
    m = run["machine"]
    levels = "; ".join(f"{b['level']} {b['read'] / 1e9:.0f} / {b['write'] / 1e9:.0f} / {b['copy'] / 1e9:.0f}" for b in m["bandwidth"])
    names = []
    for r in run["results"]:
        names += [e["name"] for e in r["entries"] if e["peer"] and e["name"] not in names]
    print(f"{m['cpu']}, {m['cpus']} processors, {m['isa']}, FMA peak of one core {m['fma_flops'] / 1e9:.0f} GFLOP/s; "
          f"read / write / memcpy in GB/s: {levels}.\n\nPeers: {', '.join(names)}.\n")


def text(value, unit):
    return f"{value:.2f}" if unit in ("x", "ms") else f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"


def bar(bars):
    """One row, of the same bar in every run that has it; None if none has."""
    figures = [b["figure"] for b in bars if b["measured"] and b["figure"] is not None]
    if not figures:
        return None
    b, middle = bars[0], statistics.median(figures)
    held = middle <= b["bar"] if b["at_most"] else middle >= b["bar"]
    apart = f"{text(min(figures), b['unit'])} to {text(max(figures), b['unit'])}" if len(figures) > 1 else ""
    sign = "≤" if b["at_most"] else "≥"
    return held, [b["label"], f"{text(middle, b['unit'])} {b['unit']}", apart, f"{sign} {text(b['bar'], b['unit'])}",
                  str(b["measured"]), "held" if held else "**missed**"]


def main():
    runs = [json.load(open(path)) for path in sys.argv[1:]]
    if not runs:
        sys.exit(__doc__)
    machine(runs[0])
    group, counts = None, [0, 0]
    for same in zip(*(r["bars"] for r in runs)):
        row = bar(same)
        if row is None:
            continue
        if same[0]["group"] != group:
            group = same[0]["group"]
            print(f"\n**{group}**\n\n| | figure | runs | bar | problems | |\n|---|---:|---:|---:|---:|---|")
        counts[row[0]] += 1
        print("| " + " | ".join(row[1]) + " |")
    print(f"\n{counts[1]} bars held, {counts[0]} missed.")


main()
