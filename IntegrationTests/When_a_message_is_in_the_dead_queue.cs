using System.Text;
using DevServers;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace IntegrationTests;

public sealed class When_a_message_is_in_the_dead_queue
{
    private const int NotYet = 75;

    private static readonly byte[] NoOrder = "{ no order"u8.ToArray();

    [Fact]
    public async Task What_was_delivered_too_often_is_stored_after_all()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Bodies(10));
        await pipeline.PublishAsync(NoOrder);
        await ExceedTheLimitAsync(pipeline, 11);
        await using (var books = WorkerProcess.Start(["reconcile", "--confirmed", "11", "--wait", "0", .. pipeline.Settings()]))
        {
            var code = await books.ExitAsync();
            Assert.True(code == NotYet, $"exit code {code}; {books.Output}");
        }

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(10L, "orders", () => pipeline.CountAsync("orders"));
        await Eventually.EqualAsync(1L, "dead letters", () => pipeline.CountAsync("dead_letters where reason = 'decode.malformed_json'"));
        await IsEmptyAsync(pipeline, worker, taken: 11);
    }

    [Fact]
    public async Task What_the_lanes_did_not_look_into_is_stored_one_by_one()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Bodies(20));
        var hands = await VainHands.TakeAsync(pipeline, pipeline.Names.Queue, times: 2);
        await hands.ReturnAsync();
        await pipeline.PublishAsync(Some.Bodies(200));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(220L, "orders", () => pipeline.CountAsync("orders"));
        await IsEmptyAsync(pipeline, worker, taken: 20);
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
        var status = await worker.StatusAsync();
        Assert.Equal((240L, 20L), (status.GetProperty("received").GetInt64(), status.GetProperty("handedBack").GetInt64()));
    }

    [Fact]
    public async Task The_one_that_is_on_its_way_when_the_worker_is_stopped_is_stored_and_not_given_back()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var network = pipeline.ProxyToBroker();
        await pipeline.DeclareAsync();
        await PublishToDeadAsync(pipeline, Some.Body());

        // The answer comes when the lane is at its farewell. A second one would also take leave when it goes to rest.
        var fetch = network.ActAt(Way.ToServer, WireBytes.Method("basic.get"), () => network.Hold(Way.ToClient));
        network.ActAt(Way.ToServer, WireBytes.Method("basic.cancel"), network.Release);
        await using var worker = WorkerProcess.Run(pipeline, pipeline.BrokerBehind(network), "Intake:Lanes=1");
        await Eventually.EqualAsync(1, "fetches", () => fetch.Fired);

        worker.Terminate();
        Assert.Equal(0, await worker.ExitAsync());
        Assert.Equal(1, await pipeline.CountAsync("orders"));
        Assert.Equal(0u, await pipeline.DeadAsync());
    }

    [Fact]
    public async Task What_expired_is_stored_all_the_same()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Body(), properties => properties.Expiration = "1");
        await Eventually.EqualAsync(1u, "messages in the dead queue", pipeline.DeadAsync);

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
        await IsEmptyAsync(pipeline, worker, taken: 1);
    }

    [Fact]
    public async Task Properties_that_end_whoever_reads_them_are_survived()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var publisher = await RawPublisher.OpenAsync(pipeline);
        var ledger = Ledger.Of(pipeline);
        var all = HostileProperties.All("nowhere");
        foreach (var (_, properties) in all)
        {
            var order = Some.Order();
            await ledger.StoresAsync(order, () => publisher.PublishAsync(properties, Some.Json(order), pipeline.Names.DeadExchange));
        }

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await ledger.SettlesAsync();
        await IsEmptyAsync(pipeline, worker, taken: all.Count);
    }

    [Fact]
    public async Task What_was_tried_alone_twice_in_vain_is_put_aside_unread()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(NoOrder);
        await ExceedTheLimitAsync(pipeline, 1);
        var other = Encoding.UTF8.GetBytes("{ no order either");
        await PublishToDeadAsync(pipeline, other);
        var hands = await VainHands.TakeAsync(pipeline, pipeline.Names.DeadQueue, times: 2);
        await hands.ReturnAsync();

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(2L, "dead letters", () => pipeline.CountAsync("dead_letters"));
        await IsEmptyAsync(pipeline, worker, taken: 2);

        await using var context = pipeline.Context();
        var letters = await context.DeadLetters.ToDictionaryAsync(letter => letter.Reason);
        Assert.Equal(NoOrder, letters["broker.delivery_limit"].Body);
        Assert.Equal(other, letters["crash.suspected"].Body);
        Assert.Equal("broker", letters["crash.suspected"].Stage);
    }

    [Fact]
    public async Task What_a_publisher_says_of_vain_deliveries_is_believed_by_nobody()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Body(), properties => properties.Headers = Header(MessageHeaders.DeliveryCount, 1000L));
        await PublishToDeadAsync(pipeline, Some.Body());
        await PublishToDeadAsync(pipeline, Some.Body(), Header(MessageHeaders.FirstDeathReason, "delivery_limit"));
        await PublishToDeadAsync(pipeline, Some.Body(), Header(MessageHeaders.DeliveryCount, 1000L));

        // Delivered once in vain, it has the broker's count.
        var hands = await VainHands.TakeAsync(pipeline, pipeline.Names.Queue, times: 1);
        await hands.ReturnAsync();

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(4L, "orders", () => pipeline.CountAsync("orders"));
        await IsEmptyAsync(pipeline, worker, taken: 3);
        Assert.Equal(0, await pipeline.CountAsync("dead_letters"));
    }

    private static async Task IsEmptyAsync(Pipeline pipeline, WorkerUnderTest worker, long taken)
    {
        await Eventually.EqualAsync(0u, "messages in the dead queue", pipeline.DeadAsync);
        await Eventually.EqualAsync(taken, "messages taken from the dead queue", async () => (await worker.StatusAsync()).GetProperty("fromDeadQueue").GetInt64());
    }

    private static async Task ExceedTheLimitAsync(Pipeline pipeline, uint messages)
    {
        var hands = await VainHands.TakeAsync(pipeline, pipeline.Names.Queue, RabbitMqTopology.DeliveryLimit);
        await Eventually.TrueAsync("the broker has moved all of them", async () =>
        {
            await hands.ReturnAsync();
            var taken = await hands.TakeAsync();
            var dead = await pipeline.DeadAsync();
            return (dead == messages, $"{taken} taken, {dead} moved");
        });
    }

    private static Dictionary<string, object?> Header(string name, object value) => new() { [name] = value };

    private static async Task PublishToDeadAsync(Pipeline pipeline, byte[] body, Dictionary<string, object?>? headers = null)
    {
        var properties = new BasicProperties { ContentType = MessageHeaders.PlainJson, Persistent = true, Headers = headers };
        await (await pipeline.ChannelAsync()).BasicPublishAsync(pipeline.Names.DeadExchange, "", mandatory: true, properties, body);
    }
}
