using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace Simulation.Broker;

/// <summary>A published message, and what must become of it.</summary>
internal sealed class Message
{
    public required int Number { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The properties as they were published.</summary>
    public required BasicProperties Properties { get; init; }

    /// <summary>What the message says.</summary>
    public required Content Content { get; init; }

    /// <summary>How often it came back to a queue.</summary>
    public int Returns { get; set; }

    /// <summary>How often it came back to the queue that it is in.</summary>
    public int DeliveryCount { get; set; }

    /// <summary>It was moved to the dead queue.</summary>
    public bool IsDead { get; set; }

    /// <summary>Acknowledged, and gone from the queue.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The properties as the broker hands them out.</summary>
    public BasicProperties PropertiesAfter(int deliveryCount) => deliveryCount == 0
        ? Properties
        : new BasicProperties(Properties) { Headers = new Dictionary<string, object?> { [MessageHeaders.DeliveryCount] = (long)deliveryCount } };
}
