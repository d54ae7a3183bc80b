namespace Producer.Generate;

/// <summary>
/// Ranks 1 to n, the k-th about k^-s times as often as the first: few customers order most. Sampled by rejection-inversion (Hörmann and
/// Derflinger, 1996), which needs no table, however many ranks there are.
/// </summary>
internal sealed class Zipf
{
    private readonly int _ranks;
    private readonly double _exponent;
    private readonly double _areaToFirst;
    private readonly double _areaToLast;
    private readonly double _acceptAtOnce;

    /// <param name="ranks">How many ranks there are, at least 1.</param>
    /// <param name="exponent">How steep it is: more than 0, not 1.</param>
    public Zipf(int ranks, double exponent)
    {
        (_ranks, _exponent) = (ranks, exponent);
        _areaToFirst = Area(1.5) - 1;
        _areaToLast = Area(ranks + 0.5);
        _acceptAtOnce = 2 - Position(Area(2.5) - Height(2));
    }

    public int Next(Prng random)
    {
        while (true)
        {
            var area = _areaToLast + (random.NextDouble() * (_areaToFirst - _areaToLast));
            var position = Position(area);
            var rank = Math.Clamp((int)(position + 0.5), 1, _ranks);
            if (rank - position <= _acceptAtOnce || area >= Area(rank + 0.5) - Height(rank))
            {
                return rank;
            }
        }
    }

    // The curve x^-s, the area under it up to x, and where an area ends.
    private double Height(double x) => Math.Pow(x, -_exponent);

    private double Area(double x) => Math.Pow(x, 1 - _exponent) / (1 - _exponent);

    private double Position(double area) => Math.Pow(area * (1 - _exponent), 1 / (1 - _exponent));
}
