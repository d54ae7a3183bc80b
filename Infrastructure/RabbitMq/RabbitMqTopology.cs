using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Infrastructure.RabbitMq;

/// <summary>
/// Every exchange, queue, binding and argument of a pipeline:
/// <code>
/// exchange NAME (fanout, durable) -> quorum queue NAME
/// exchange NAME.dead (fanout, durable) -> quorum queue NAME.dead    what was delivered too often
/// </code>
/// Worker and producers declare it alike, so that either may come first and nothing that is published meets no queue.
/// </summary>
public static class RabbitMqTopology
{
    /// <summary>Deliveries of one message before the broker moves it to the dead queue. RabbitMQ 4 has the same default, 3.x has none.</summary>
    public const int DeliveryLimit = 20;

    /// <summary>
    /// The same for the dead queue, which has nowhere to move a message to: out of reach. RabbitMQ 4 would drop it after 20, counted from the
    /// first queue that it was in.
    /// </summary>
    public const int DeadQueueDeliveryLimit = 1_000_000;

    private const string QueueType = "quorum";

    /// <summary>
    /// Declares all of it, or, for a user who has no right to, is content when it is there: then it is for whoever deploys the broker to declare it,
    /// and the arguments of what is there cannot be compared.
    /// </summary>
    /// <param name="connection">A connection; a refusal closes a channel, so this uses channels of its own.</param>
    /// <param name="names">The pipeline.</param>
    /// <param name="cancellationToken">Gives up at once, which the client itself does not: it waits 20 s for an answer.</param>
    /// <returns>Whether it was declared, and so has the arguments that it should have.</returns>
    /// <exception cref="TopologyMismatchException">Something of that name is there with other arguments.</exception>
    /// <exception cref="OperationInterruptedException">It is not there, and the broker refuses to have it declared.</exception>
    public static Task<bool> EnsureAsync(IConnection connection, TopologyNames names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return DeclareOrFindAsync(connection, names, cancellationToken).WaitAsync(cancellationToken);
    }

    /// <summary>Declares all of it. What is there already, with the same arguments, is left as it is.</summary>
    /// <exception cref="TopologyMismatchException">Something of that name is there with other arguments.</exception>
    /// <exception cref="OperationInterruptedException">The broker refused for another reason, such as a missing permission.</exception>
    public static async Task DeclareAsync(IChannel channel, TopologyNames names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        try
        {
            // The dead side first: from its first message on, the queue has somewhere to put what it gives up on.
            await DeclarePairAsync(channel, names.DeadExchange, names.DeadQueue, DeadQueueArguments(), cancellationToken);
            await DeclarePairAsync(channel, names.Exchange, names.Queue, QueueArguments(names), cancellationToken);
        }
        catch (OperationInterruptedException refused) when (TopologyMismatchException.From(refused) is { } mismatch)
        {
            throw mismatch;
        }
    }

    private static async Task<bool> DeclareOrFindAsync(IConnection connection, TopologyNames names, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await DeclareAsync(channel, names, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason is { ReplyCode: Constants.AccessRefused })
        {
            if (await IsMissingAsync(channel => channel.ExchangeDeclarePassiveAsync(names.Exchange, cancellationToken))
                || await IsMissingAsync(channel => channel.QueueDeclarePassiveAsync(names.Queue, cancellationToken)))
            {
                throw;
            }

            return false;
        }

        async Task<bool> IsMissingAsync(Func<IChannel, Task> look)
        {
            try
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await look(channel);
                return false;
            }
            catch (OperationInterruptedException failure) when (failure.ShutdownReason is { ReplyCode: Constants.NotFound or Constants.AccessRefused } reason)
            {
                // From RabbitMQ 4.3 on a user sees only what it has some right to; the rest is not its concern.
                return reason.ReplyCode == Constants.NotFound;
            }
        }
    }

    // at-least-once dead lettering wants reject-publish: the broker must be able to say no instead of dropping the oldest.
    private static Dictionary<string, object?> QueueArguments(TopologyNames names) => new()
    {
        ["x-queue-type"] = QueueType,
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-dead-letter-exchange"] = names.DeadExchange,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    private static Dictionary<string, object?> DeadQueueArguments() => new()
    {
        ["x-queue-type"] = QueueType,
        ["x-delivery-limit"] = DeadQueueDeliveryLimit,
    };

    private static async Task DeclarePairAsync(
        IChannel channel, string exchange, string queue, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, autoDelete: false,
            cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments,
            cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, exchange, routingKey: "", cancellationToken: cancellationToken);
    }
}
