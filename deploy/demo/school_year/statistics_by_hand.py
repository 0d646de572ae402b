"""The formulas that the district's numbers are held against, with nothing but Python."""
import math
import statistics


def squares(numbers):
    """Sum of squares about the mean."""
    return statistics.variance(numbers) * (len(numbers) - 1)


def t_density(x, nu):
    log = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi)
    return math.exp(log - (nu + 1) / 2 * math.log1p(x * x / nu))


def t_quantile(nu, share=0.975):
    """Of Student's t: Simpson's rule, and halving."""
    def beyond_middle(x, steps=2000):
        h = x / steps
        inner = sum((4 if i % 2 else 2) * t_density(i * h, nu) for i in range(1, steps))
        return h / 3 * (t_density(0, nu) + t_density(x, nu) + inner)
    low, high = 0.0, 700.0 if nu == 1 else 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 + beyond_middle(middle) < share else (low, middle)
    return low


def growth(pairs):
    """n, mean change and its 95 % interval."""
    changes = [after - before for before, after in pairs]
    n, mean = len(changes), statistics.mean(changes)
    half = t_quantile(n - 1) * statistics.stdev(changes) / math.sqrt(n)
    return n, mean, mean - half, mean + half


def correlation(pairs):
    return statistics.correlation(*zip(*pairs))


def effect(pairs):
    """Standardized mean change, raw-score standardized, and its 95 % interval (Becker 1988)."""
    before, after = zip(*pairs)
    n = len(pairs)
    d = (1 - 3 / (4 * (n - 1) - 1)) * (statistics.mean(after) - statistics.mean(before)) / statistics.stdev(before)
    return with_interval(d, 2 * (1 - correlation(pairs)) / n + d * d / (2 * n))


def verdict(low, high, predicted):
    if low > predicted:
        return "VERDICT_EXCEEDED"
    if high < predicted:
        return "VERDICT_SHORT"
    return "VERDICT_MET" if low > 0 else "VERDICT_INCONCLUSIVE"


def net_effect(users, others):
    """d_ppc2 of Morris (2008) and its variance, of pairs (before, after)."""
    n1, n2 = len(users), len(others)
    sides = [list(zip(*side)) for side in (users, others)]
    sd = math.sqrt(sum(squares(before) for before, _ in sides) / (n1 + n2 - 2))
    change = [statistics.mean(after) - statistics.mean(before) for before, after in sides]
    d = (1 - 3 / (4 * (n1 + n2 - 2) - 1)) * (change[0] - change[1]) / sd
    cross = sum(math.sqrt(squares(b) * squares(a)) * statistics.correlation(b, a) for b, a in sides)
    r = cross / math.sqrt(sum(squares(b) for b, _ in sides) * sum(squares(a) for _, a in sides))
    return d, 2 * (1 - r) * (1 / n1 + 1 / n2) + d * d / (2 * (n1 + n2))


def with_interval(d, variance):
    """With its 95 % interval, after the normal distribution."""
    half = 1.959963985 * math.sqrt(variance)
    return d, d - half, d + half


def pooled(studies):
    """Effect and 95 % interval of [(d, variance)], after DerSimonian and Laird, Knapp and Hartung."""
    def mean(tau):
        weights = [1 / (v + tau) for _, v in studies]
        centre = sum(w * d for w, (d, _) in zip(weights, studies)) / sum(weights)
        return weights, centre, sum(w * (d - centre) ** 2 for w, (d, _) in zip(weights, studies))
    k = len(studies)
    weights, _, q = mean(0)
    tau = max(0.0, (q - (k - 1)) / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
    weights, centre, rest = mean(tau)
    half = t_quantile(k - 1) * math.sqrt(max(1, rest / (k - 1)) / sum(weights))
    return centre, centre - half, centre + half


def coherence(levels):
    """r_wg of levels 1 to 4."""
    return max(0.0, 1 - statistics.variance(levels) / ((4 ** 2 - 1) / 12))


def wilson(seen, rooms, z=1.959963985):
    share, spread = seen / rooms, z * z / rooms
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / rooms + spread / (4 * rooms)) / (1 + spread)
    return middle - half, middle + half
