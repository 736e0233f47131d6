"""Statistics that know nothing of magnets: arrays in, records out.

What is counted once per replication is independent; plants within one replication are not,
because they share a licence desk and a history. So every interval here takes one value per
replication, or resamples whole replications.

`survival`   how long until something happens, when some runs end before it does
`intervals`  how far a share, a mean, a median or any statistic may be off
`paired`     the difference of two alternatives under the same luck, and how many runs it needs

In:  NumPy arrays, axis 0 the replications R, axis 1 (if any) the sites S.
Out: frozen records of floats and arrays. "Not reached" is `math.inf`, never None or -1.
"""
