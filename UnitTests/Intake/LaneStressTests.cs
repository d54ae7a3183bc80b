using System.Globalization;
using System.Text;
using Contracts;
using UnitTests.Support;

namespace UnitTests.Intake;

/// <summary>
/// Callbacks and write loop side by side, as fast as they go, with every kind of message and a database that fails. What could go wrong
/// here is noticed by the store (a batch torn or changed) and by the channel (an acknowledgement too early).
/// </summary>
public sealed class LaneStressTests
{
    private const int Messages = 40_000;
    private const int MaxBatch = 20;

    [Fact]
    public async Task Thousands_of_batches_are_whole_and_acknowledged_after_their_commit()
    {
        using var lane = new LaneUnderTest(maxBatch: MaxBatch, isInAHurry: true);
        lane.Store.FaultOf = FaultOf;

        var trouble = lane.Trouble;
        await Task.Run(() => DeliverAsync(lane, trouble));
        await Task.WhenAny(lane.Channel.AckedThrough.Reach(Messages), trouble);
        lane.AssertNoMisuse();
        Assert.False(trouble.IsCompleted, "the session ended early");
        await lane.StopAsync();

        lane.AssertNoMisuse();
        Assert.True(lane.Channel.Acks.Count >= Messages / MaxBatch, $"only {lane.Channel.Acks.Count} batches");
        Assert.Equal((ulong)Messages, lane.Channel.Acks[^1]);
        Assert.Equal(Messages, lane.Counters.Read().Settled);
    }

    private static StoreFault FaultOf(int attempt) => (attempt % 101) switch
    {
        50 => StoreFault.Before,
        100 => StoreFault.After,
        _ => StoreFault.None,
    };

    private static async Task DeliverAsync(LaneUnderTest lane, Task trouble)
    {
        var random = new Random(17);
        var previous = Some.NewOrder();
        for (var i = 0; i < Messages && !trouble.IsCompleted; i++)
        {
            var order = i % 10 == 9 ? previous : NewOrder(random);
            var delivering = (i % 50) switch
            {
                // Repeats of the order before are every tenth; these are the odd ones among the rest.
                13 => lane.DeliverAsync(Encoding.UTF8.GetBytes($"{{\"note\":{i}}}")),
                23 => lane.DeliverAsync(order with { Total = order.Total + 1 }),
                33 => lane.DeliverAsync(Some.Conflicting(previous)),
                43 => lane.DeliverAsync(order, redelivered: true),
                _ => lane.DeliverAsync(order),
            };
            await Task.WhenAny(delivering, trouble).OrTooLate($"delivery {i} was never taken in");
            previous = order;
        }
    }

    // Rows of many lengths, so that a torn one cannot fit by chance.
    private static OrderSubmitted NewOrder(Random random)
    {
        var line = Some.Order.Lines[0] with { Sku = new string('s', random.Next(1, 64)) };
        List<OrderLine> lines = [.. Enumerable.Repeat(line, random.Next(1, 8))];
        return Some.NewOrder() with
        {
            CustomerId = random.Next().ToString(CultureInfo.InvariantCulture),
            Lines = lines,
            Total = OrderRules.TotalOf(lines),
        };
    }
}
