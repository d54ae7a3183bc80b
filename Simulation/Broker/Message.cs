using RabbitMQ.Client;

namespace Simulation.Broker;

/// <summary>A published message, and what must become of it.</summary>
internal sealed class Message
{
    public required int Number { get; init; }

    public required byte[] Body { get; init; }

    public required BasicProperties Properties { get; init; }

    /// <summary>The properties as they stand on the wire.</summary>
    public required byte[] EncodedProperties { get; init; }

    /// <summary>What the message says.</summary>
    public required Content Content { get; init; }

    /// <summary>How often it came back to the queue.</summary>
    public int Returns { get; set; }

    /// <summary>Acknowledged, and gone from the queue.</summary>
    public bool IsSettled { get; set; }
}
