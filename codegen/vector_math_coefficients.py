#!/usr/bin/env python3
"""Derives the polynomials of vector_*.cpp by Remez exchange, and prints each with its degree and largest error.

Each fit minimises max |weight(x) * (P(g(x)) - f(x))| on an interval, in 60-digit arithmetic; coefficients are then rounded to the
precision they are used in and the error is measured again. Needs mpmath.
"""
import struct

from mpmath import cos, erf, erfc, exp, expm1, log, log1p, lu_solve, matrix, mp, mpf, pi, polyval, sin, sqrt

mp.dps = 60


def remez(f, weight, g, degree, low, high, rounds=12):
    """Coefficients c[0..degree] of P, lowest first, for P(g(x)) near f(x) with `weight` on [low, high]."""
    low, high = mpf(low), mpf(high)
    count = degree + 2
    points = [(low + high) / 2 - (high - low) / 2 * cos(pi * (i + mpf(1) / 2) / count) for i in range(count)]
    grid = [low + (high - low) * (1 - cos(pi * i / 1500)) / 2 for i in range(1501)]
    values = [(x, f(x), weight(x), g(x)) for x in grid]
    for _ in range(rounds):
        rows, right = matrix(count, count), matrix(count, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                rows[i, j] = g(x)**j
            rows[i, degree + 1] = (-1)**i / weight(x)
            right[i] = f(x)
        solved = lu_solve(rows, right)
        coefficients = [solved[j] for j in range(degree + 1)]
        errors = [(x, w * (polyval(coefficients[::-1], y) - v)) for x, v, w, y in values]
        points = extrema(errors, count) or points
    return coefficients


def extrema(errors, count):
    """One point of largest error in each run of one sign, trimmed to `count`."""
    best = []
    for x, e in errors:
        if best and (e > 0) == (best[-1][1] > 0):
            if abs(e) > abs(best[-1][1]):
                best[-1] = (x, e)
        else:
            best.append((x, e))
    while len(best) > count:
        best.pop(0 if abs(best[0][1]) < abs(best[-1][1]) else -1)
    return [x for x, _ in best] if len(best) == count else None


def to_single(x):
    return mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def show(name, f, weight, g, degree, low, high, single=True):
    coefficients = remez(f, weight, g, degree, low, high)
    rounded = [to_single(c) if single else mpf(float(c)) for c in coefficients]
    low, high = mpf(low), mpf(high)
    grid = [low + (high - low) * (i + mpf(1) / 2) / 4000 for i in range(4000)]
    error = max(abs(weight(x) * (polyval(rounded[::-1], g(x)) - f(x))) for x in grid)
    print(f"{name}: degree {degree}, error 2^{float(log(error, 2)):.1f}")
    print("  {" + ", ".join(float(c).hex() for c in rounded) + "}")


def main():
    half = log(2) / 2
    tiny = mpf(2)**-60  # a limit point, where quotients of the fitted forms are 0/0
    identity, square = (lambda x: x), (lambda x: x * x)
    at = lambda x: x if abs(x) > tiny else tiny

    show("exp: e^r = 1 + r + r^2 P(r)", lambda r: (exp(at(r)) - 1 - at(r)) / at(r)**2, lambda r: at(r)**2 / exp(r),
         identity, 4, -half, half)
    show("expm1: e^r - 1 = r + r^2 P(r)", lambda r: (expm1(at(r)) - at(r)) / at(r)**2,
         lambda r: at(r)**2 / abs(expm1(at(r))), identity, 5, -half, half)
    show("log: log(1+f) = f - f^2/2 + f^3 P(f)", lambda f: (log1p(at(f)) - at(f) + at(f)**2 / 2) / at(f)**3,
         lambda f: abs(at(f)**3 / log1p(at(f))), identity, 7, sqrt(mpf(1) / 2) - 1, sqrt(2) - 1)
    show("erf, small: erf(x) = x + x P(x^2)", lambda x: erf(at(x)) / at(x) - 1, lambda x: at(x) / erf(at(x)), square, 5, 0,
         mpf("0.921875"))
    show("erf, large: erfc(x) = exp(-P(x))", lambda x: -log(erfc(x)), lambda x: erfc(x) / erf(x), identity, 7,
         mpf("0.921875"), mpf("3.93"))
    scale, middle = mpf("0.265625"), mpf("1.546875")
    tail = lambda a: (1 + scale * a) * exp(a**2 / 2) * erfc(a / sqrt(2)) / 2
    show("normal_cdf: (1 + ca) e^(a^2/2) Phi(-a) = P(a / (1 + ca) - v0)", tail, lambda a: 1 / tail(a),
         lambda a: a / (1 + scale * a) - middle, 8, 0, mpf("13.05"))
    show("sin: sin(r) = r + r^3 P(r^2)", lambda r: (sin(at(r)) - at(r)) / at(r)**3, lambda r: at(r)**3 / sin(at(r)), square,
         2, 0, pi / 4)
    show("cos: cos(r) = 1 - r^2/2 + r^4 P(r^2)", lambda r: (cos(at(r)) - 1 + at(r)**2 / 2) / at(r)**4,
         lambda r: at(r)**4 / cos(r), square, 2, 0, pi / 4)
    show("pow, logarithm: log((1+s)/(1-s)) = 2s + s^3 P(s^2)",
         lambda s: (log((1 + at(s)) / (1 - at(s))) - 2 * at(s)) / at(s)**3, lambda s: at(s)**2 / 2, square, 4, 0,
         (sqrt(2) - 1) / (sqrt(2) + 1), single=False)
    show("pow, power: 2^r = P(r)", lambda r: mpf(2)**r, lambda r: 1 / mpf(2)**r, identity, 7, mpf(-1) / 2, mpf(1) / 2,
         single=False)


if __name__ == "__main__":
    main()
