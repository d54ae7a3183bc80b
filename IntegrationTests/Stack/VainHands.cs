using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>
/// Takes what waits in a queue and loses it with its connection, as workers that die do. A queue of RabbitMQ 3.x would also count what is returned
/// with a word; one of 4.x does not.
/// </summary>
internal sealed class VainHands
{
    private readonly Pipeline _pipeline;
    private readonly string _queue;
    private readonly long _all;
    private IConnection? _connection;

    private VainHands(Pipeline pipeline, string queue, long all)
    {
        _pipeline = pipeline;
        _queue = queue;
        _all = all;
    }

    /// <summary>Takes all messages so many times, and keeps them the last time.</summary>
    public static async Task<VainHands> TakeAsync(Pipeline pipeline, string queue, int times)
    {
        var hands = new VainHands(pipeline, queue, await CountAsync(pipeline));
        await hands.TakeAsync();
        for (var time = 1; time < times; time++)
        {
            await hands.ReturnAsync();
            await hands.TakeAsync();
        }

        return hands;
    }

    /// <returns>How many there were.</returns>
    public async Task<int> TakeAsync()
    {
        _connection = await _pipeline.ConnectAsync();
        var channel = await _connection.CreateChannelAsync();
        var taken = 0;
        while (await channel.BasicGetAsync(_queue, autoAck: false) is not null)
        {
            taken++;
        }

        return taken;
    }

    public async Task ReturnAsync()
    {
        await _connection!.DisposeAsync();
        await Eventually.EqualAsync(_all, "messages in queue and dead queue", () => CountAsync(_pipeline));
    }

    private static async Task<long> CountAsync(Pipeline pipeline) => await pipeline.WaitingAsync() + await pipeline.DeadAsync();
}
