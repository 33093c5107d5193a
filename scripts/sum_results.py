#!/usr/bin/env python3
"""Adds up what scripts/check ran: sum_results.py FOLDER FORMAT_STATUS

FOLDER holds ctest.xml (one entry a program), gtest/PROGRAM.xml and lit.xml (one
entry a test). A program that failed without a result file of its own, because
it crashed or ran out of time, counts as one failed test. Prints 'N passed, N
failed' last; the exit code is 0 if something passed and nothing failed.
"""

import pathlib
import sys
import xml.etree.ElementTree as xml


def cases(path):
    """(passed, failed, names of the failed) of a file with test cases."""
    passed, failed = 0, []
    for case in xml.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(f"{case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is None and case.get("status") != "notrun":
            passed += 1
    return passed, failed


def main(folder, format_status):
    passed, failed = 0, []
    if format_status == "0":
        passed += 1
    else:
        failed.append("check-format")

    programs = folder / "ctest.xml"
    if not programs.exists():
        failed.append("ctest (no result)")
        runs = []
    else:
        runs = xml.parse(programs).iter("testcase")
    for run in runs:
        name = run.get("name")
        detail = folder / ("lit.xml" if name == "lit" else f"gtest/{name}.xml")
        ok = run.get("status") == "run"
        if detail.exists():
            more, wrong = cases(detail)
            passed += more
            failed += [f"{name}: {case}" for case in wrong]
            if not ok and not wrong:
                failed.append(f"{name} (crashed or timed out)")
        elif ok:
            passed += 1
        else:
            failed.append(f"{name} (crashed or timed out)")

    for name in failed:
        print("FAILED", name)
    print(f"{passed} passed, {len(failed)} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
