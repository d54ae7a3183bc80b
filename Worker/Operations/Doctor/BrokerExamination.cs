using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Worker.Operations.Doctor;

/// <summary>Looks at the broker. Each question has a channel of its own, because a refusal closes it.</summary>
internal sealed class BrokerExamination(RabbitMqConnector connector)
{
    public async Task<BrokerFacts> LookAsync(CancellationToken cancellationToken)
    {
        IConnection connection;
        try
        {
            connection = await connector.OpenAsync("worker doctor", cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new BrokerFacts { Problem = BrokerRefusal.Describe(failure) };
        }

        try
        {
            return await LookAsync(connection, cancellationToken);
        }
        finally
        {
            await connection.CloseBrieflyAsync();
        }
    }

    private async Task<BrokerFacts> LookAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var names = connector.Names;
        var queue = await FindAsync(connection, names.Queue, cancellationToken);
        var dead = await FindAsync(connection, names.DeadQueue, cancellationToken);
        var facts = new BrokerFacts
        {
            Version = BrokerVersion.Of(connection),
            Waiting = queue?.MessageCount,
            WaitingDead = dead?.MessageCount,
            Consumers = queue?.ConsumerCount ?? 0,
        };

        // Declaring what is there changes nothing and shows whether its arguments are ours. What is not there is left to a worker.
        if (queue is not null && dead is not null)
        {
            facts = await CompareAsync(connection, facts, cancellationToken);
        }

        if (queue is { MessageCount: 0 })
        {
            facts = facts with
            {
                HasTriedToConsume = true,
                ConsumeProblem = await TryToConsumeAsync(connection, names.Queue, cancellationToken),
            };
        }

        return facts with { Alarm = await FindAlarmAsync(connection, cancellationToken) };
    }

    private static async Task<QueueDeclareOk?> FindAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException)
        {
            return null;
        }
    }

    // The lowest priority there is: while real consumers have room, nothing comes here.
    private static async Task ConsumeAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 1, global: false, cancellationToken);
        var tag = await channel.BasicConsumeAsync(
            queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false,
            new Dictionary<string, object?> { ["x-priority"] = int.MinValue }, new AsyncDefaultBasicConsumer(channel), cancellationToken);
        await channel.BasicCancelAsync(tag, cancellationToken: cancellationToken);
    }

    // An alarm is told to who publishes, whether he has the right to or not, and nothing more is read from his connection then. So an empty message
    // goes to nobody, and the answer to any later question means that there is no alarm. It is the last question: under an alarm no other is answered.
    private static async Task<string?> FindAlarmAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var alarm = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionBlockedAsync += (_, told) =>
        {
            alarm.TrySetResult(told.Reason);
            return Task.CompletedTask;
        };
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.BasicPublishAsync(exchange: "", routingKey: $"nobody.{Guid.NewGuid():N}", body: ReadOnlyMemory<byte>.Empty, CancellationToken.None);
        var answer = connection.CreateChannelAsync(cancellationToken: cancellationToken);
        if (await Task.WhenAny(alarm.Task, answer) == alarm.Task)
        {
            return await alarm.Task;
        }

        await answer;
        return null;
    }

    private async Task<BrokerFacts> CompareAsync(IConnection connection, BrokerFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            return facts with { HasComparedTopology = await RabbitMqTopology.EnsureAsync(connection, connector.Names, cancellationToken) };
        }
        catch (Exception refused) when (refused is OperationInterruptedException or TopologyMismatchException)
        {
            return facts with { TopologyProblem = BrokerRefusal.Describe(refused) };
        }
    }

    /// <returns>Why it was refused; <see langword="null"/> when it was not.</returns>
    private static async Task<string?> TryToConsumeAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await ConsumeAsync(channel, queue, cancellationToken);
            return null;
        }
        catch (OperationInterruptedException refused)
        {
            return BrokerRefusal.Describe(refused);
        }
    }
}
