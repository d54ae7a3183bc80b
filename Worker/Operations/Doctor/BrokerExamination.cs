using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Worker.Operations.Doctor;

/// <summary>Looks at the broker. Each question has a channel of its own, because a refusal closes it.</summary>
/// <param name="connector">With the login of a worker.</param>
/// <param name="connections">How many connections the workers will want.</param>
/// <param name="time">The clock.</param>
internal sealed class BrokerExamination(RabbitMqConnector connector, int connections, TimeProvider time)
{
    // A consumer's priority is a number.
    private static readonly Dictionary<string, object?> ArgumentsNoBrokerTakes = new() { ["x-priority"] = "none" };

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
            facts = await CompareAsync(connection, facts, cancellationToken) with
            {
                ConsumeProblem = await FindConsumeProblemAsync(connection, names.Queue, cancellationToken)
                    ?? await FindConsumeProblemAsync(connection, names.DeadQueue, cancellationToken),
            };
        }

        facts = await CountConnectionsAsync(connection, facts, cancellationToken);
        return facts with { Alarm = await FindAlarmAsync(connection, cancellationToken) };
    }

    private async Task<QueueDeclareOk?> FindAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return await channel.CountAsync(queue, time, cancellationToken);
        }
        catch (OperationInterruptedException)
        {
            return null;
        }
    }

    // The broker looks at the right before the arguments. So nothing is handed out either way: a message that is taken back counts as delivered.
    private static async Task<string?> FindConsumeProblemAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.BasicConsumeAsync(
                queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, ArgumentsNoBrokerTakes, new AsyncDefaultBasicConsumer(channel), cancellationToken);
            return null;
        }
        catch (OperationInterruptedException refused)
        {
            return BrokerRefusal.Of(refused);
        }
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

    // A user, a virtual host and a node can each have a limit, and no worker's login may read it.
    private async Task<BrokerFacts> CountConnectionsAsync(IConnection first, BrokerFacts facts, CancellationToken cancellationToken)
    {
        var opened = new List<IConnection>();
        try
        {
            await first.CreateChannelAsync(cancellationToken: cancellationToken);
            while (opened.Count + 1 < connections)
            {
                opened.Add(await connector.OpenAsync("worker doctor", cancellationToken));
                await opened[^1].CreateChannelAsync(cancellationToken: cancellationToken);
            }

            return facts with { Connections = connections };
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            return facts with { Connections = opened.Count + 1, ConnectionProblem = BrokerRefusal.Describe(refused) };
        }
        finally
        {
            await Task.WhenAll(opened.Select(connection => connection.CloseBrieflyAsync()));
        }
    }
}
