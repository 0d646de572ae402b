#!/usr/bin/env python3
"""What the board costs whoever looks at it and the server, in a district that was lived in.

    tests/benchmark/board_bench.py [--program FILE] [--schools N] [--cycles N] [--data FOLDER] [--paint N] [--streams N]
                                   [--minutes M] [--pages NAME,...]

- paint: how long until a browser on this machine has drawn the overview: first text, and largest one, of N visits with an empty
  cache and N with a full one;
- streams: by how much N open pages, each with its stream of events, add to the server's resident memory, at rest and after every
  one of them was told of a push;
- live: how the heap of a page grows in M minutes in which results come every second, garbage collected.

Living takes minutes; `deploy/demo/year.py --data FOLDER` does it once, for as many schools and cycles, and --data copies that.
The browser is Debian's Chromium, as in tests/system/board_test.py. No figure is asserted: machines differ.
"""
import argparse
import asyncio
import os
import pathlib
import resource
import shutil
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/system"))
SCHOOL, TEAM = "birch", "grade-4"
PAGES = {"overview": "#/riverbend", "alerts": "#/riverbend/alerts", "team": f"#/riverbend/team/{SCHOOL}/{TEAM}"}
SETTLED_S, SAMPLE_S = 3, 10
# When the page has what it asked for, that is not drawn yet; the browser says so a moment later.
LARGEST = """new Promise((done) => { setTimeout(() => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    .observe({ type: 'largest-contentful-paint', buffered: true }), 500); })"""
FIRST_TEXT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
FETCHED = """performance.getEntriesByType('resource').filter((one) => !one.name.includes(':watch')).map((one) => ({
    of: one.name.replace(/^.*?\\/\\/[^/]*/, ''), bytes: one.decodedBodySize, from: one.startTime, until: one.responseEnd}))"""


def paint(browser, visits):
    for cache in ("empty", "full"):
        firsts, largest = [], []
        for _ in range(visits):
            browser.cache(isOn=cache == "full")
            browser.open(at=PAGES["overview"])
            firsts.append(browser.evaluate(script=FIRST_TEXT))
            largest.append(browser.evaluate(script=LARGEST))
        print(f"paint, {cache} cache: first text {statistics.median(firsts):.0f} ms, largest text {statistics.median(largest):.0f} ms"
              f" (at most {max(largest):.0f}) of {visits} visits")
    # Of the last visit, whose files were there: what it waited for.
    for call in sorted(browser.evaluate(script=FETCHED), key=lambda one: one["until"])[-5:]:
        print(f"  {call['from']:.0f} to {call['until']:.0f} ms: {call['bytes'] / 1000:.0f} kB of {call['of']}")


def resident_kb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


async def opened(address):
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /v1/events:watch HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n"
                 "Throughline-District: riverbend\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head.splitlines()[0]:
        raise SystemExit(head.decode())
    return reader, writer


async def told(reader):
    """Until an event comes; comments and positions alone are none."""
    while not (await reader.readline()).startswith(b"data:"):
        pass


async def streams(district, push, count):
    before = resident_kb(district.server)
    open_ones = []
    for _ in range(0, count, 50):
        open_ones += await asyncio.gather(*(opened(district.http) for _ in range(min(50, count - len(open_ones)))))
    await asyncio.sleep(SETTLED_S)
    at_rest = resident_kb(district.server)
    began = time.monotonic()
    pushed = asyncio.get_running_loop().run_in_executor(None, push, 1)
    await asyncio.gather(*(told(reader) for reader, _ in open_ones))
    took = time.monotonic() - began
    await pushed
    await asyncio.sleep(SETTLED_S)
    after = resident_kb(district.server)
    for _, writer in open_ones:
        writer.close()
    print(f"streams: {len(open_ones)} pages add {(at_rest - before) / 1024:.1f} MB to {before / 1024:.0f} MB at rest, "
          f"{(after - before) / 1024:.1f} MB once all were told of a push, which took {took * 1000:.0f} ms")


def slope(points):
    """Of the straight line through (x, y) by least squares."""
    x, y = zip(*points)
    return statistics.linear_regression(x, y).slope


def live(browser, push, minutes, pages):
    for name in pages:
        browser.open(at=PAGES[name])
        browser.see(css=".live-bar.live")
        began, points, pushes = time.monotonic(), [], 0
        while time.monotonic() < began + minutes * 60:
            heaps = []
            for _ in range(SAMPLE_S):
                pushes += 1
                push(pushes)
                heaps.append(browser.heap())
                time.sleep(max(0, began + pushes - time.monotonic()))
            # The least: at times it holds what it is reading, beside what it shows.
            heap = min(heaps, key=lambda one: one["bytes"])
            points.append(((time.monotonic() - began) / 60, heap["bytes"] / 1024, heap["nodes"]))
        settled = points[len(points) // 4:]  # the first quarter fills caches
        print(f"live, {name}: heap {points[0][1]:.0f} kB at first, {points[-1][1]:.0f} kB after {points[-1][0]:.1f} minutes and "
              f"{pushes} pushes: {slope([one[:2] for one in settled]):+.1f} kB a minute; {points[0][2]} nodes, then {points[-1][2]}", flush=True)


def main():
    arguments = argparse.ArgumentParser(prog="tests/benchmark/board_bench.py", description=__doc__.partition("\n\n")[0])
    arguments.add_argument("--program", default=str(ROOT / "build/release/bin/throughline"))
    arguments.add_argument("--schools", type=int, default=12)
    arguments.add_argument("--cycles", type=int, default=8, help="of three weeks, that the district has lived")
    arguments.add_argument("--data", type=pathlib.Path)
    arguments.add_argument("--paint", type=int, default=20, metavar="N")
    arguments.add_argument("--streams", type=int, default=1000, metavar="N")
    arguments.add_argument("--minutes", type=float, default=5, metavar="M")
    arguments.add_argument("--pages", default=",".join(PAGES), help="whose heap is measured: " + ", ".join(PAGES))
    chosen = arguments.parse_args()
    os.environ["THROUGHLINE"] = chosen.program
    from board_browser import Browser
    from board_district import BoardDistrict, truth
    first = truth.start_of(chosen.cycles + 1)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))  # the server's, too, which inherits it
    with tempfile.TemporaryDirectory(prefix="throughline-board-bench.") as folder:
        data = pathlib.Path(folder) / "data"
        if chosen.data:
            shutil.copytree(chosen.data, data)
        district = BoardDistrict(data, chosen.schools, chosen.cycles)
        browser = Browser(f"http://{district.http}")
        try:
            district.move_to(first)
            district.clock.settle()
            push = lambda n: district.push(SCHOOL, TEAM, first, lambda i: (i * 7 + n) % 100)
            browser.begin()
            if chosen.paint:
                paint(browser, chosen.paint)
            if chosen.streams:
                asyncio.run(streams(district, push, chosen.streams))
            if chosen.minutes:
                live(browser, push, chosen.minutes, chosen.pages.split(","))
        finally:
            browser.end()
            district.end()


if __name__ == "__main__":
    main()
