using Infrastructure.RabbitMq;
using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>Fills a queue quickly: one confirm for many messages. What was published so can be compared with what is stored.</summary>
internal sealed class Backlog
{
    private const int Chunk = 2000;

    private readonly ContentReader _reader = new();

    // The contents themselves would be hundreds of megabytes.
    private readonly Dictionary<Guid, int> _hashOfContent = [];

    public static async Task PublishAsync(Pipeline pipeline, int orders)
    {
        await using var connection = await pipeline.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, false));
        var confirmed = new Confirms(channel);
        var properties = new BasicProperties { ContentType = MessageHeaders.PlainJson, Persistent = true };
        for (var published = 0; published < orders;)
        {
            for (var end = Math.Min(published + Chunk, orders); published < end; published++)
            {
                await channel.BasicPublishAsync(pipeline.Names.Exchange, "", mandatory: true, properties, pipeline.Backlog.Next());
            }

            await confirmed.ThroughAsync((ulong)published);
        }
    }

    /// <summary>Every order of the pipeline's backlog is stored as it was published. What is stored besides is not its business.</summary>
    public static async Task IsStoredAsync(Pipeline pipeline)
    {
        var missing = pipeline.Backlog._hashOfContent.ToDictionary();
        await foreach (var (id, content) in OrderContent.StoredAsync(pipeline))
        {
            if (missing.Remove(id, out var hash))
            {
                Assert.True(content.GetHashCode() == hash, $"order {id} is stored with other content: {content}");
            }
        }

        Assert.Empty(missing.Keys);
    }

    private byte[] Next()
    {
        var order = Some.Order();
        var body = Some.Json(order);
        _hashOfContent.Add(order.OrderId, _reader.Read(order, body).GetHashCode());
        return body;
    }

    private sealed class Confirms
    {
        private readonly SemaphoreSlim _changed = new(0);
        private ulong _through;

        public Confirms(IChannel channel)
        {
            channel.BasicAcksAsync += (_, ack) =>
            {
                Volatile.Write(ref _through, Math.Max(_through, ack.DeliveryTag));
                _changed.Release();
                return Task.CompletedTask;
            };
        }

        // Confirms of single messages may come out of order, but the last of a chunk is only asked for when all are on their way.
        public async Task ThroughAsync(ulong sequenceNumber)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (Volatile.Read(ref _through) < sequenceNumber)
            {
                await _changed.WaitAsync(patience.Token);
            }
        }
    }
}
