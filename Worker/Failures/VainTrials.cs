using Infrastructure.RabbitMq;
using RabbitMQ.Client;
using Worker.Intake;

namespace Worker.Failures;

/// <summary>How often a message of the dead queue was tried alone, and in vain.</summary>
/// <remarks>https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling, and what RabbitMQ 3.10, 4.0 and 4.3 were seen to do.</remarks>
internal static class VainTrials
{
    /// <summary>The broker's word for what was delivered too often.</summary>
    public const string DeliveryLimit = "delivery_limit";

    /// <summary>Its word for what a consumer would not have.</summary>
    public const string Rejected = "rejected";

    /// <summary>Reads the broker's books.</summary>
    /// <param name="delivery">A delivery from the dead queue.</param>
    /// <param name="isCarried">
    /// The first time the message shows what the queue before has counted, as it does from RabbitMQ 4 on, and is marked as delivered before. Which count
    /// then begins anew differs: 4.0 counts nothing but deliveries, and anew; 4.3 goes on with those, and counts acquisitions anew.
    /// </param>
    public static long Of(in Delivery delivery, bool isCarried)
    {
        if (!delivery.Redelivered)
        {
            return 0;
        }

        var delivered = delivery.Properties.DeliveryCount;
        if (!isCarried)
        {
            return delivered;
        }

        if (delivery.Properties.AcquiredCount is not { } acquired)
        {
            // At two it is put aside, so more than that was counted elsewhere: by the queue before or by a publisher.
            return delivered > Delivery.VainDeliveriesOfASuspect ? 0 : delivered;
        }

        return DeathOf(delivery.Properties.Read()) switch
        {
            // With less the reason is a publisher's.
            DeliveryLimit when delivered > RabbitMqTopology.DeliveryLimit => delivered - (RabbitMqTopology.DeliveryLimit + 1),

            // The lanes reject what was delivered twice in vain, and the rejection counts too. So as long as both counts are the old ones they are
            // about the same, and once one of them has begun anew they are two apart and more.
            Rejected or DeliveryLimit when delivered - acquired < Delivery.VainDeliveriesOfASuspect => 0,
            _ => Math.Min(delivered, acquired),
        };
    }

    /// <summary>Why the broker moved the message; <see langword="null"/> when it does not say. Anybody can write the header.</summary>
    public static string? DeathOf(IReadOnlyBasicProperties properties) =>
        MessageProperties.TextOf(properties, MessageHeaders.FirstDeathReason);
}
