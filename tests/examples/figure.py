#!/usr/bin/env python3
"""figure.py PATH OP NUMBER ...: checks figures of the last line of `nnc train --json` on stdin, as `validate.accuracy '>=' 0.95`."""
import json
import operator
import sys

OPERATORS = {">=": operator.ge, "<=": operator.le}


def main():
    done = json.loads(sys.stdin.read().splitlines()[-1])
    arguments = iter(sys.argv[1:])
    wrong = 0
    for path in arguments:
        compare, bound = next(arguments), float(next(arguments))
        figure = done
        for key in path.split("."):
            figure = figure[key]
        holds = OPERATORS[compare](figure, bound)
        wrong += not holds
        print(f"{path} = {figure}: {'' if holds else 'NOT '}{compare} {bound}")
    return 1 if wrong or done["event"] != "done" else 0


if __name__ == "__main__":
    sys.exit(main())
