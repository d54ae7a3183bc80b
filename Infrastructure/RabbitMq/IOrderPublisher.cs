using Contracts;

namespace Infrastructure.RabbitMq;

/// <summary>Publishes single orders from a .NET service. Register it with <see cref="RabbitMqServices.AddOrderPublisher"/>.</summary>
public interface IOrderPublisher
{
    /// <summary>Publishes an order; returns when the broker has stored it.</summary>
    /// <param name="order">The order. It is checked first; one that breaks a rule is not sent.</param>
    /// <param name="cancellationToken">Stops waiting. The order may be stored all the same; publishing it again is safe.</param>
    /// <exception cref="OrderRefusedException">The order breaks a rule.</exception>
    /// <exception cref="OrderNotConfirmedException">The broker did not confirm it in time, refused it, or had no queue for it.</exception>
    /// <exception cref="TopologyMismatchException">The broker has the pipeline's names with other arguments.</exception>
    Task PublishAsync(OrderSubmitted order, CancellationToken cancellationToken = default);
}
