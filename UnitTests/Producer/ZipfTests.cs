using Producer.Generate;

namespace UnitTests.Producer;

public sealed class ZipfTests
{
    [Theory]
    [InlineData(1, 1.07)]
    [InlineData(2, 1.6)]
    [InlineData(40, 1.6)]
    [InlineData(1_000_000, 1.07)]
    [InlineData(10, 0.5)]
    public void Ranks_come_as_often_as_the_law_says(int ranks, double exponent)
    {
        const int Draws = 200_000;
        var zipf = new Zipf(ranks, exponent);
        var random = new Prng(1);
        var seen = new int[ranks + 1];
        for (var i = 0; i < Draws; i++)
        {
            seen[zipf.Next(random)]++;
        }

        Assert.Equal(0, seen[0]);
        var all = Enumerable.Range(1, ranks).Sum(rank => Math.Pow(rank, -exponent));
        for (var rank = 1; rank <= Math.Min(ranks, 5); rank++)
        {
            Assert.Equal(Math.Pow(rank, -exponent) / all, seen[rank] / (double)Draws, tolerance: 0.005);
        }
    }
}
