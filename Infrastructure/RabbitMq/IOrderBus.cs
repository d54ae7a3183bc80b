using MassTransit;

namespace Infrastructure.RabbitMq;

/// <summary>The bus that orders are published on. A bus of its own, so that a service with another MassTransit bus can have both.</summary>
public interface IOrderBus : IBus;
