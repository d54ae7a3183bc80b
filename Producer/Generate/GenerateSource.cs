using Infrastructure.RabbitMq.Publishing;
using Producer.Bulk;

namespace Producer.Generate;

/// <summary>Orders that are made up on the way.</summary>
/// <param name="generator">Makes them up.</param>
/// <param name="count">How many, duplicates and bad ones included.</param>
/// <param name="rate">How many a second; <see langword="null"/> for as many as go.</param>
/// <param name="seed">What is reported as the seed.</param>
internal sealed class GenerateSource(OrderGenerator generator, long count, double? rate, long seed) : IOrderSource
{
    public Tally Tally { get; } = new() { Seed = seed };

    public (long Done, long? Total) Progress => (Tally.Read, count);

    public async Task FeedAsync(OrderSink sink, CancellationToken stop)
    {
        var schedule = rate is { } ordersPerSecond ? new OpenLoopSchedule(ordersPerSecond, TimeProvider.System) : null;
        for (var number = 0L; number < count; number++)
        {
            stop.ThrowIfCancellationRequested();
            var publishedAt = schedule is null ? sink.Now : await schedule.WaitForAsync(number, stop);
            var order = generator.Next();
            await sink.PublishAsync(order.Id, order.Json, publishedAt, number + 1, stop);
            Count(order.Kind);
        }
    }

    public void OnUnconfirmed(UnconfirmedMessage message)
    {
        // The report on stderr names it, and the seed makes it again.
    }

    private void Count(GeneratedKind kind)
    {
        Tally.Read++;
        Tally.Duplicates += kind is GeneratedKind.Duplicate ? 1 : 0;
        Tally.Bad += kind is GeneratedKind.Bad ? 1 : 0;
    }
}
