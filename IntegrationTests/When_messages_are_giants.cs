using System.Diagnostics;
using Contracts;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Xunit.Abstractions;

namespace IntegrationTests;

public sealed class When_messages_are_giants(ITestOutputHelper output)
{
    private const int MiB = 1024 * 1024;

    private const string LongestGap =
        """
        select coalesce(extract(epoch from max(gap)), 0)::float8 from (
            select at - lag(at) over (order by at) as gap
            from (select received_at as at from orders union all select first_seen from dead_letters) commits) gaps
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_is_an_order_or_a_dead_letter_and_those_between_do_not_wait_for_long(bool tls)
    {
        await using var pipeline = tls ? await Pipeline.CreateOnOwnServersAsync(tls) : await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();

        // A lane or the dead queue's reader has the largest in its hands, put together in one piece, and as a dead letter's body.
        pipeline.MostMebibytes = 640;

        // RabbitMQ 4 takes 16 MiB unless it is told otherwise, 3 took 128.
        var most = (await pipeline.BrokerVersionAsync()).Major >= 4 ? MessageSizes.Broker : int.MaxValue;
        int[] tooLarge = [.. new[] { OrderRules.MaxBodyBytes + 1, 5 * MiB, MessageSizes.Broker + 1, 64 * MiB, 70 * MiB }.Where(length => length <= most)];
        var ledger = Ledger.Of(pipeline);
        foreach (var length in (int[])[OrderRules.MaxBodyBytes - 1, OrderRules.MaxBodyBytes])
        {
            var order = Some.Order();
            await ledger.StoresAsync(order, () => pipeline.PublishAsync(Some.Padded(order, length)));
        }

        var publishing = Stopwatch.StartNew();
        foreach (var length in tooLarge)
        {
            publishing.Restart();
            await ledger.PutsAsideAsync(Some.Padded(Some.Order(), length), "decode.body_too_large");
            publishing.Stop();
            await ledger.StoresAsync(Some.Orders(200));
        }

        await using var worker = WorkerProcess.Run(pipeline);
        await ledger.SettlesAsync();

        // What the broker needed for the largest is this machine's business, and this moment's.
        var gap = await pipeline.ScalarAsync<double>(LongestGap);
        var patience = 5 + publishing.Elapsed.TotalSeconds;
        output.WriteLine($"{gap:F2} of {patience:F2} s between two commits at most, {worker.PeakWorkingSetBytes / MiB} MiB at the peak");
        Assert.InRange(gap, 0, patience);
    }

    [Fact]
    public async Task A_queue_full_of_them_does_not_fill_the_memory()
    {
        const int Giants = 600;
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var ledger = Ledger.Of(pipeline);
        for (var i = 0; i < Giants; i++)
        {
            await ledger.PutsAsideAsync(Some.Padded(Some.Order(), OrderRules.MaxBodyBytes + 1), "decode.body_too_large");
        }

        await using var worker = WorkerProcess.Run(pipeline);
        await ledger.SettlesAsync();

        output.WriteLine($"{worker.PeakWorkingSetBytes / MiB} MiB at the peak for {Giants} messages of 1 MiB");
    }
}
