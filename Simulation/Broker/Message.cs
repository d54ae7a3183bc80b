using System.Text;
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

    /// <summary>How often it came back in vain: to the queue that it is in, or to any where counts are carried.</summary>
    public int DeliveryCount { get; set; }

    /// <summary>How often the queue that it is in has handed it out.</summary>
    public int Acquisitions { get; set; }

    /// <summary>How often the queue before did, as far as it has written that down.</summary>
    public int EarlierAcquisitions { get; set; }

    /// <summary>Why it was moved to the dead queue; <see langword="null"/> when it was not.</summary>
    public string? Death { get; set; }

    public bool IsDead => Death is not null;

    /// <summary>How often it came back to the dead queue.</summary>
    public int ReturnsFromTrial { get; set; }

    /// <summary>Acknowledged, and gone from the queue.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The properties as the broker hands them out.</summary>
    public BasicProperties PropertiesWith(int deliveryCount, int? acquisitions)
    {
        var headers = new Dictionary<string, object?>();
        if (deliveryCount > 0)
        {
            headers[MessageHeaders.DeliveryCount] = (long)deliveryCount;
        }

        if (acquisitions > 0)
        {
            headers[MessageHeaders.AcquiredCount] = (long)acquisitions;
        }

        if (Death is not null)
        {
            headers[MessageHeaders.FirstDeathReason] = Encoding.UTF8.GetBytes(Death);
        }

        return headers.Count == 0 ? Properties : new BasicProperties(Properties) { Headers = headers };
    }
}
