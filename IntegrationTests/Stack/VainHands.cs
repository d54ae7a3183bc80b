using RabbitMQ.Client;

namespace IntegrationTests.Stack;

/// <summary>Takes what waits in a queue and returns it, which the broker counts as workers that died would be counted.</summary>
internal sealed class VainHands
{
    private readonly IChannel _channel;
    private readonly string _queue;

    private VainHands(IChannel channel, string queue)
    {
        _channel = channel;
        _queue = queue;
    }

    /// <summary>Takes all messages so many times, and keeps them the last time.</summary>
    public static async Task<VainHands> TakeAsync(Pipeline pipeline, string queue, int times)
    {
        var hands = new VainHands(await pipeline.ChannelAsync(), queue);
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
        var taken = 0;
        while (await _channel.BasicGetAsync(_queue, autoAck: false) is not null)
        {
            taken++;
        }

        return taken;
    }

    public async Task ReturnAsync() => await _channel.BasicNackAsync(deliveryTag: 0, multiple: true, requeue: true);
}
