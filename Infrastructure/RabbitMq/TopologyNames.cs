namespace Infrastructure.RabbitMq;

/// <summary>The names a pipeline uses in the broker, all from one.</summary>
/// <param name="Pipeline">The pipeline's name, <see cref="RabbitMqOptions.Pipeline"/>.</param>
public readonly record struct TopologyNames(string Pipeline)
{
    /// <summary>Where producers publish. It is MassTransit's entity name for <see cref="Contracts.OrderSubmitted"/> too.</summary>
    public string Exchange => Pipeline;

    /// <summary>What the workers consume.</summary>
    public string Queue => Pipeline;

    /// <summary>Where the broker puts a message that it delivered too often.</summary>
    public string DeadExchange => $"{Pipeline}.dead";

    /// <summary>Where such a message waits.</summary>
    public string DeadQueue => $"{Pipeline}.dead";
}
