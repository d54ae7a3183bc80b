using Contracts;

namespace Infrastructure.RabbitMq;

/// <summary>An order breaks a rule and was not published.</summary>
public sealed class OrderRefusedException(Guid orderId, BrokenRule rule) : Exception($"Order {orderId} was not published. {rule}")
{
    /// <summary>The order.</summary>
    public Guid OrderId { get; } = orderId;

    /// <summary>The rule it breaks.</summary>
    public BrokenRule Rule { get; } = rule;
}
