using Infrastructure;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using Microsoft.Extensions.Logging.Abstractions;
using Producer.Generate;

namespace Benchmarks.Servers;

/// <summary>Publishes made-up orders as fast as the broker confirms them, and keeps books of what they are.</summary>
internal static class QueueFiller
{
    /// <exception cref="SpoiltException">The broker made the publisher repeat itself, so that nobody knows what is in the queue.</exception>
    public static async Task<Published> FillAsync(string broker, string pipeline, Backlog backlog, CancellationToken cancellationToken)
    {
        var connector = new RabbitMqConnector(() => new RabbitMqOptions { ConnectionString = broker, Pipeline = pipeline });
        var envelope = backlog.Envelope ? new MassTransitEnvelope(connector.Names) : null;
        var orders = new BacklogOrders(backlog);
        await using var publisher = new ConfirmedPublisher(
            connector,
            new ConfirmedPublisherOptions { ContentType = backlog.Envelope ? MessageHeaders.Envelope : MessageHeaders.PlainJson },
            NullLogger<ConfirmedPublisher>.Instance);
        await publisher.OpenAsync(cancellationToken);

        var tally = new OrderTally();
        var (bad, bytes) = (0L, 0L);
        for (var number = 0; number < backlog.Messages; number++)
        {
            var order = orders.Next();
            if (order.Kind is GeneratedKind.Fresh)
            {
                tally.Add(order.Json.Span);
            }

            bad += order.Kind is GeneratedKind.Bad ? 1 : 0;
            var now = UnixMicroseconds.Of(TimeProvider.System.GetUtcNow());
            var body = envelope?.Wrap(order.Json.Span, order.Id, now) ?? order.Json;
            bytes += body.Length;
            await publisher.PublishAsync(order.Id.ToString(), body, now, number, cancellationToken);
        }

        var counts = await publisher.CompleteAsync(cancellationToken);
        return counts is { Republished: 0, Unconfirmed: 0 }
            ? new Published(backlog.Messages, tally.Contents, bad) { Bytes = bytes }
            : throw new SpoiltException($"{counts.Republished} messages were published again while the queue was filled");
    }
}
