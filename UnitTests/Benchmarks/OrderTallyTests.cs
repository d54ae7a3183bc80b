using System.Text;
using Benchmarks.Servers;

namespace UnitTests.Benchmarks;

public sealed class OrderTallyTests
{
    [Fact]
    public void Orders_are_summed_up()
    {
        var tally = new OrderTally();
        tally.Add(Order("1.50", "2026-01-01T00:00:00Z"));
        tally.Add(Order("\"2.25\"", "2026-01-01T01:00:00.000001+01:00"));

        Assert.Equal(new Contents(2, 3.75m, (2 * 1_767_225_600_000_000m) + 1, 14), tally.Contents);
    }

    private static byte[] Order(string total, string placedAt) => Encoding.UTF8.GetBytes(
        $$"""{"orderId":"x","placedAt":"{{placedAt}}","total":{{total}},"lines":[{"sku":"total","quantity":3},{"sku":"b","quantity":4}]}""");
}
