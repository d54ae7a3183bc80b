using Infrastructure;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;

namespace Producer.Bulk;

/// <summary>Takes orders as JSON and publishes them, in an envelope when that is asked for.</summary>
internal sealed class OrderSink(ConfirmedPublisher publisher, MassTransitEnvelope? envelope, RunLedgerWriter? ledger, TimeProvider time)
{
    /// <summary>Bytes that are added to an order.</summary>
    public int Overhead { get; } = envelope?.Overhead ?? 0;

    /// <summary>Whether the ids are taken down, so that an order should go by its own.</summary>
    public bool KeepsLedger => ledger is not null;

    /// <summary>Now, in Unix microseconds.</summary>
    public long Now => UnixMicroseconds.Of(time.GetUtcNow());

    /// <summary>Takes an order over; returns when there is room for it.</summary>
    /// <param name="messageId">The order's id, or one that is its own when it has none that can be read.</param>
    /// <param name="order">The order as JSON. Valid until the call has completed.</param>
    /// <param name="publishedAt">When it is, or should have been, handed over: Unix microseconds.</param>
    /// <param name="tag">Its line number.</param>
    /// <param name="stop">Stops waiting for room.</param>
    public ValueTask PublishAsync(Guid messageId, ReadOnlyMemory<byte> order, long publishedAt, long tag, CancellationToken stop)
    {
        var body = envelope?.Wrap(order.Span, messageId, publishedAt) ?? order;
        var publishing = publisher.PublishAsync(messageId.ToString(), body, publishedAt, tag, stop);
        return ledger is null ? publishing : TakeDownAsync(publishing, messageId, ledger);
    }

    // What is not accepted is not taken down: nobody would report it either.
    private static async ValueTask TakeDownAsync(ValueTask publishing, Guid messageId, RunLedgerWriter ledger)
    {
        await publishing;
        ledger.Sent(messageId);
    }
}
