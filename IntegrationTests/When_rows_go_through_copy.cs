using System.Text;
using Contracts;
using Infrastructure.Postgres;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace IntegrationTests;

public sealed class When_rows_go_through_copy
{
    private static readonly long[] EdgeAmounts =
    [
        0, 1, 9, 10, 99, 100, 101, 9_999, 10_000, 10_001, 99_99_00, 100_0000, 1_0000_00, 1_0000_0000_00, 1_0000_0000_0000_00,
        1_0000_0000_0000_0000 - 1, Amount.MaxUnits - 1, Amount.MaxUnits,
    ];

    private static readonly DateTimeOffset[] EdgeTimes =
    [
        DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch,
        new(1999, 12, 31, 23, 59, 59, 999, 999, TimeSpan.Zero), new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero),
        new(2000, 1, 1, 0, 0, 0, 0, 1, TimeSpan.Zero), new(2024, 2, 29, 23, 59, 59, TimeSpan.FromHours(14)),
    ];

    [Fact]
    public async Task Every_amount_comes_back_digit_for_digit()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var random = new Random(1);
        var amounts = EdgeAmounts
            .Concat(Enumerable.Range(0, 18).Select(power => (long)Math.Pow(10, power)))
            .Concat(Enumerable.Range(0, 5000).Select(_ => random.NextInt64(Amount.MaxUnits) >> random.Next(60)))
            .ToArray();
        var rows = new WrittenRows();
        foreach (var amount in amounts)
        {
            rows.Add(Guid.CreateVersion7(), "c", DateTimeOffset.UnixEpoch, amount);
        }

        await StoreAsync(pipeline, rows);
        await using var context = pipeline.Context();
        var stored = await context.Orders.ToDictionaryAsync(row => row.OrderId, row => row.Total);
        Assert.Equal(amounts.Select(amount => amount / 100m), rows.Ids.Select(id => stored[id]));
        Assert.Equal(0, await pipeline.CountAsync("orders where scale(total) <> 2"));
    }

    [Fact]
    public async Task Times_and_texts_of_all_planes_come_back_as_they_were()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var rows = new WrittenRows();
        var texts = new List<string>();
        foreach (var time in EdgeTimes)
        {
            texts.Add("c");
            rows.Add(Guid.CreateVersion7(), "c", time, 0);
        }

        // Every code point but U+0000 and the surrogates, 64 a row.
        var codePoints = Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Chunk(OrderRules.MaxCustomerIdLength);
        foreach (var chunk in codePoints)
        {
            var text = string.Concat(chunk.Select(codePoint => new Rune(codePoint).ToString()));
            texts.Add(text);
            rows.Add(Guid.CreateVersion7(), text, DateTimeOffset.UnixEpoch, 0);
        }

        await StoreAsync(pipeline, rows);
        await using var context = pipeline.Context();
        var stored = await context.Orders.ToDictionaryAsync(row => row.OrderId);
        Assert.Equal(texts, rows.Ids.Select(id => stored[id].CustomerId));
        Assert.Equal(
            EdgeTimes.Select(time => time.UtcTicks / TimeSpan.TicksPerMicrosecond),
            rows.Ids.Take(EdgeTimes.Length).Select(id => stored[id].PlacedAt.UtcTicks / TimeSpan.TicksPerMicrosecond));
    }

    private static async Task StoreAsync(Pipeline pipeline, WrittenRows rows)
    {
        await using var database = NpgsqlDataSource.Create(pipeline.DatabaseConnectionString);
        await using var store = new OrderStore(database, new PostgresOptions(), "test");
        rows.End();
        Assert.True(await store.TryCopyAsync(rows, CancellationToken.None));

        // The same rows on the other path: all of them are there, and none conflicts.
        Assert.Equal(new MergeResult(0, rows.Count, 0), await store.MergeAsync(rows, CancellationToken.None));
    }
}
