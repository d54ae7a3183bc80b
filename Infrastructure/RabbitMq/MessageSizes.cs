using Contracts;

namespace Infrastructure.RabbitMq;

/// <summary>
/// How large a message may be at each station of its way. Every station lets through more than the one before it, so that whoever refuses a
/// message first is the one that can say why: the producer to its caller, the broker to the producer, the worker in a dead letter.
/// </summary>
public static class MessageSizes
{
    /// <summary>What an order may have, envelope included. Producers refuse more; what comes all the same becomes a dead letter: 1 MiB.</summary>
    public const int Order = OrderRules.MaxBodyBytes;

    /// <summary>What a broker should let through, its <c>max_message_size</c>: 16 MiB, the default of RabbitMQ 4. RabbitMQ 3 lets 128 MiB through unless told.</summary>
    public const int Broker = 16 * 1024 * 1024;

    /// <summary>
    /// What a connection takes: 128 MiB, the most that the client can be told to. It is closed over more, again and again until the broker
    /// gives the message up, so no broker may let more through.
    /// </summary>
    public const int Client = 128 * 1024 * 1024;
}
