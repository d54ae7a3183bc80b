using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Publishing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Worker.Operations.Replay;

/// <summary>
/// Sends dead letters back into the pipeline. A letter is marked once the broker has confirmed it; a crash in between sends it a second time, which
/// is a duplicate and no second order.
/// </summary>
internal sealed class Replayer(DeadLetterArchive archive, RabbitMqConnector connector, TimeProvider time)
{
    // So many are read and on their way at once. A body has 16 MiB at most.
    private const int Page = 20;

    /// <summary>Sends them.</summary>
    /// <param name="ids">The letters.</param>
    /// <param name="cancellationToken">Stops after those that are on their way.</param>
    /// <returns>How many the broker has taken, and why it ended before the last; <see langword="null"/> when it did not.</returns>
    public async Task<(int Replayed, string? Problem)> RunAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var connection = await connector.OpenAsync("worker replay", cancellationToken);
        var replayed = 0;
        try
        {
            await RabbitMqTopology.EnsureAsync(connection, connector.Names, cancellationToken);
            var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            var channel = await connection.CreateChannelAsync(confirmed, cancellationToken);
            foreach (var page in ids.Chunk(Page))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var letters = await archive.ReadAsync(page, cancellationToken);
                var publishes = letters.Select(letter => (letter.Id, Confirm: PublishAsync(channel, letter))).ToList();
                var problem = await ProblemOfAsync(publishes.Select(publish => publish.Confirm));

                // What was confirmed is marked whatever became of the others, and whether or not somebody has lost patience.
                var taken = publishes.Where(publish => publish.Confirm.IsCompletedSuccessfully).Select(publish => publish.Id).ToList();
                await archive.MarkReplayedAsync(taken, time.GetUtcNow(), CancellationToken.None);
                replayed += taken.Count;
                if (problem is not null)
                {
                    return (replayed, problem);
                }
            }

            return (replayed, null);
        }
        finally
        {
            await connection.CloseBrieflyAsync();
        }
    }

    private async Task PublishAsync(IChannel channel, DeadLetterRow letter) => await channel.BasicPublishAsync(
        connector.Names.Exchange, "", mandatory: true, ReplayedMessage.PropertiesOf(letter), letter.Body, CancellationToken.None);

    private static async Task<string?> ProblemOfAsync(IEnumerable<Task> publishes)
    {
        try
        {
            await Task.WhenAll(publishes);
            return null;
        }
        catch (PublishException refused)
        {
            return refused.IsReturn ? "no queue takes what the exchange gets" : "the broker refuses it: the queue is full or not available";
        }
        catch (Exception failure)
        {
            return BrokerRefusal.Describe(failure);
        }
    }
}
