namespace Infrastructure.RabbitMq;

/// <summary>An order was published, but nobody confirmed that it is stored. Publishing it again with the same id is always safe.</summary>
public sealed class OrderNotConfirmedException(Guid orderId, bool mayBeStored, string reason, Exception? cause = null)
    : Exception($"Order {orderId} is not confirmed: {reason}.", cause)
{
    /// <summary>The order.</summary>
    public Guid OrderId { get; } = orderId;

    /// <summary>Whether it may be stored all the same: true after a timeout or a lost connection, false when the broker said no.</summary>
    public bool MayBeStored { get; } = mayBeStored;
}
