# How many primes lie below a number: the same question to every language.
import platform
import time


def handler(event, context):
    below = min(int((event.get("queryStringParameters") or {}).get("below", 200_000)), 2_000_000)
    began = time.perf_counter()
    count = primes(below)
    ms = (time.perf_counter() - began) * 1000
    return {"language": f"Python {platform.python_version()}", "count": count, "ms": round(ms, 2)}


def primes(below):
    sieve = bytearray([1]) * below
    sieve[:2] = bytes(min(2, below))
    for number in range(2, int(below**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, below, number)))
    return sum(sieve)
