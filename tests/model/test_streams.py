"""Random numbers with an address."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.errors import NetworkError
from sim.model.streams import Stream, Streams, check_collisions, entity_of, philox, uniform

FULL = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "output"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((FULL,) * 4, (FULL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, int], output: tuple[int, ...]
) -> None:
    words = philox([[word] for word in counter], key)

    assert tuple(int(word[0]) for word in words) == output


@given(
    seed=st.integers(0, 2**63 - 1),
    replication=st.integers(0, FULL),
    stream=st.sampled_from(list(Stream)),
    index=st.integers(-(2**31), 2**31),
    part=st.integers(0, 2**20),
)
def test_one_draw_is_the_same_alone_and_in_a_block(
    seed: int, replication: int, stream: Stream, index: int, part: int
) -> None:
    streams = Streams(seed, replication)

    block = streams.many(stream, "a lane", [index - 1, index, index + 1], part)

    assert streams.one(stream, "a lane", index, part) == block[1]


def test_every_part_of_the_address_counts() -> None:
    here = (1, 2, Stream.WORK, entity_of("a"), [3])
    elsewhere = [
        (9, 2, Stream.WORK, entity_of("a"), [3]),
        (1 + 2**32, 2, Stream.WORK, entity_of("a"), [3]),
        (1, 9, Stream.WORK, entity_of("a"), [3]),
        (1, 2, Stream.OUTCOME, entity_of("a"), [3]),
        (1, 2, Stream.WORK, entity_of("b"), [3]),
        (1, 2, Stream.WORK, entity_of("a"), [-3]),
    ]

    draws = {float(uniform(*address)[0]) for address in [here, *elsewhere]}

    assert len(draws) == 1 + len(elsewhere)


def test_draws_mirror_exactly_and_stay_inside_the_unit_interval() -> None:
    u = uniform(7, 0, 1, 2, np.arange(10_000))

    assert np.all((u > 0) & (u < 1))
    assert np.array_equal(1.0 - (1.0 - u), u)
    assert np.array_equal(u * 2**53 % 2, np.ones_like(u))


def test_draws_are_uniform_along_every_axis() -> None:
    along_index = uniform(7, 0, 1, 2, np.arange(20_000))
    along_name = [float(uniform(7, 0, 1, entity_of(f"lane {i}"), [0])[0]) for i in range(2_000)]
    along_replication = [float(uniform(7, r, 1, 2, [0])[0]) for r in range(2_000)]

    for draws in (along_index, along_name, along_replication):
        assert stats.kstest(draws, "uniform").pvalue > 0.001


def test_two_names_with_one_number_are_refused() -> None:
    seen: dict[int, str] = {}
    pair = None
    for i in range(200_000):
        name = f"site {i}"
        other = seen.setdefault(entity_of(name), name)
        if other != name:
            pair = (other, name)
            break
    assert pair is not None, "200,000 names of 32 bits collide"

    check_collisions(["site 1", "site 1", "site 2"])
    with pytest.raises(NetworkError, match=f"'{pair[1]}' and '{pair[0]}'|'{pair[0]}' and"):
        check_collisions(pair)


def test_the_numbers_of_the_streams_never_change() -> None:
    assert [stream.value for stream in Stream] == list(range(1, len(Stream) + 1))
    assert Stream.TRANSIT == 1
    assert Stream.CLOSED_PERIOD == 10
