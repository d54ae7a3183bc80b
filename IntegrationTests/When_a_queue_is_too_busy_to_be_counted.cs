using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using RabbitMQ.Client;

namespace IntegrationTests;

public sealed class When_a_queue_is_too_busy_to_be_counted
{
    private const int Times = 3;

    [Fact]
    public async Task The_broker_says_that_it_is_empty_and_is_not_believed()
    {
        await using var pipeline = await Pipeline.CreateOnOwnServersAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Body());
        await using var connection = await pipeline.ConnectAsync();
        var (believing, doubting) = (await connection.CreateChannelAsync(), await connection.CreateChannelAsync());

        // Its process does not answer for 400 ms of every half second. Over once the node is.
        await pipeline.EvaluateAsync(
            $$"""
            {ok, Q} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"{{pipeline.Names.Queue}}">>)),
            {Name, _} = amqqueue:get_pid(Q),
            Leader = whereis(Name),
            Busy = fun Again() -> erlang:suspend_process(Leader), timer:sleep(400), erlang:resume_process(Leader), timer:sleep(100), Again() end,
            spawn(Busy).
            """);

        var madeUp = 0;
        await Eventually.TrueAsync("the broker has made answers up", async () =>
        {
            // At the same moment, so that both get the same answer.
            var counted = doubting.CountAsync(pipeline.Names.Queue, TimeProvider.System);
            madeUp += await believing.MessageCountAsync(pipeline.Names.Queue) == 0 ? 1 : 0;
            Assert.Equal(1u, (await counted).MessageCount);
            return (madeUp >= Times, $"{madeUp} times");
        });
    }
}
