using Contracts;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using IntegrationTests.Stack;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IntegrationTests;

public sealed class When_a_publish_is_cancelled
{
    private const int Calls = 2000;
    private const int Callers = 100;
    private const int OneIn = 4;

    [Fact]
    public async Task Over_MassTransit_by_every_fourth_caller_the_others_and_all_later_ones_are_confirmed()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var service = await PublishingService.StartAsync(pipeline);
        var ledger = Ledger.Of(pipeline);
        var (orders, later) = (Some.Orders(Calls).ToList(), Some.Orders(Calls / OneIn).ToList());
        ledger.Sends([.. orders, .. later]);

        var confirmed = await Task.WhenAll(orders.Chunk(Calls / Callers).Select((own, caller) =>
            PublishAsync(own, new Random(caller), (order, token) => service.Publisher.PublishAsync(order, token))));
        var cancelled = Calls - confirmed.Sum(ids => ids.Count);
        Assert.InRange(cancelled, 1, Calls / OneIn);
        ledger.Confirms(confirmed.SelectMany(ids => ids));

        Assert.All(await Task.WhenAll(later.Select(service.TryAsync)), Assert.Null);
        ledger.Confirms(later.Select(order => order.OrderId));
        await service.SettlesAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    [Fact]
    public async Task In_bulk_what_was_accepted_is_confirmed_on_the_one_connection_and_nothing_else_is_sent()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        var ledger = Ledger.Of(pipeline);
        var orders = Some.Orders(Calls).ToList();
        ledger.Sends(orders);
        await using var publisher = new ConfirmedPublisher(
            new RabbitMqConnector(() => new RabbitMqOptions { ConnectionString = pipeline.AddressBehind(network), Pipeline = pipeline.Names.Pipeline }),
            new ConfirmedPublisherOptions { Window = 16 },
            NullLogger<ConfirmedPublisher>.Instance);
        await publisher.OpenAsync();

        // Slow enough that there is a wait for room to be cancelled in.
        network.Delay = TimeSpan.FromMilliseconds(1);
        var accepted = await PublishAsync(orders, new Random(1), (order, token) =>
            publisher.PublishAsync($"{order.OrderId}", Some.Json(order), publishedAt: 0, tag: 0, token).AsTask());
        var counts = await publisher.CompleteAsync();

        Assert.InRange(Calls - accepted.Count, 1, Calls / OneIn);
        Assert.Equal(new PublishCounts(accepted.Count, accepted.Count, Unconfirmed: 0, Republished: 0), counts);
        Assert.Equal(1, network.Accepted);
        Assert.Equal((uint)accepted.Count, await pipeline.WaitingAsync());
        ledger.Confirms(accepted);
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
    }

    /// <summary>Publishes one after the other; the caller of every fourth hangs up within about the time that a confirm takes.</summary>
    /// <returns>Those that were not cancelled. Any other end is an error.</returns>
    private static async Task<List<Guid>> PublishAsync(
        IReadOnlyList<OrderSubmitted> orders, Random random, Func<OrderSubmitted, CancellationToken, Task> publishAsync)
    {
        var through = new List<Guid>();
        for (var number = 0; number < orders.Count; number++)
        {
            using var hangUp = new CancellationTokenSource();
            if (number % OneIn == 0)
            {
                hangUp.CancelAfter(TimeSpan.FromMilliseconds(random.NextDouble() * 20));
            }

            try
            {
                await publishAsync(orders[number], hangUp.Token);
                through.Add(orders[number].OrderId);
            }
            catch (OperationCanceledException) when (hangUp.IsCancellationRequested)
            {
                // May be stored all the same.
            }
        }

        return through;
    }
}
