using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>Asks the broker what is in a queue.</summary>
public static class QueueCounts
{
    // The broker asks the leader of a quorum queue, and when that does not answer within 250 ms it says "no messages, no consumers" itself
    // (rabbit_quorum_queue:stat). Its clock may be a little faster than ours.
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromMilliseconds(240);

    // A broker that is far away takes as long to say that a queue is empty, and means it.
    private const int MostQuestions = 4;

    /// <summary>
    /// How many messages wait in a queue, without those that are handed out, and how many consumers it has. An answer that may be made up by a broker
    /// whose queue is too busy to answer is asked for again, four times at most.
    /// </summary>
    /// <remarks>A queue that has no leader at the moment is said to be empty at once. Nothing tells that from an empty one.</remarks>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">There is no such queue. The channel is closed.</exception>
    public static async Task<QueueDeclareOk> CountAsync(this IChannel channel, string queue, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(time);
        for (var question = 1; ; question++)
        {
            var asked = time.GetTimestamp();

            // Told to stop, the client itself would wait for the answer all the same.
            var counts = await channel.QueueDeclarePassiveAsync(queue, cancellationToken).WaitAsync(cancellationToken);
            if (counts is not { MessageCount: 0, ConsumerCount: 0 } || time.GetElapsedTime(asked) < LeaderPatience || question == MostQuestions)
            {
                return counts;
            }
        }
    }
}
