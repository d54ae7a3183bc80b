using IntegrationTests.Stack;

namespace IntegrationTests;

public sealed class When_the_queue_has_other_arguments
{
    [Fact]
    public async Task The_worker_names_them_stays_up_and_goes_on_once_they_are_right()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        var channel = await pipeline.ChannelAsync();
        await channel.QueueDeclareAsync(pipeline.Names.Queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                ["x-delivery-limit"] = 5,
                ["x-dead-letter-exchange"] = pipeline.Names.DeadExchange,
                ["x-dead-letter-strategy"] = "at-least-once",
                ["x-overflow"] = "reject-publish",
            });

        await using var worker = await WorkerUnderTest.StartAsync(pipeline);
        await Eventually.TrueAsync("readiness names argument, what is there and what is wanted", async () =>
        {
            var (isReady, body) = await worker.ReadyAsync();
            var detail = body.GetProperty("checks").GetProperty("broker").GetProperty("detail").GetString()!;
            return (!isReady && detail.Contains($"The queue '{pipeline.Names.Queue}' exists with x-delivery-limit = 5, but 20 is wanted"), detail);
        });
        Assert.True(await worker.IsLiveAsync());

        await pipeline.DeleteQueueAsync();
        await worker.BecomesReadyAsync();
        await pipeline.PublishAsync(Some.Body());
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
    }

    [Fact]
    public async Task An_exchange_of_another_type_is_named_too()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await (await pipeline.ChannelAsync()).ExchangeDeclareAsync(pipeline.Names.Exchange, "topic", durable: true, autoDelete: false);

        await using var worker = await WorkerUnderTest.StartAsync(pipeline);
        await Eventually.TrueAsync("readiness names the type", async () =>
        {
            var (_, body) = await worker.ReadyAsync();
            var detail = body.GetProperty("checks").GetProperty("broker").GetProperty("detail").GetString()!;
            return (detail.Contains($"The exchange '{pipeline.Names.Exchange}' exists with type = topic, but fanout is wanted"), detail);
        });
    }

    [Fact]
    public async Task A_queue_that_is_deleted_under_the_worker_is_declared_again()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await pipeline.DeleteQueueAsync();

        await Eventually.TrueAsync("an order finds its way again", async () =>
        {
            try
            {
                await pipeline.PublishAsync(Some.Body());
            }
            catch (RabbitMQ.Client.Exceptions.PublishException)
            {
                return (false, "the exchange leads nowhere yet");
            }

            return (true, "");
        });
        await Eventually.EqualAsync(1L, "orders", () => pipeline.CountAsync("orders"));
    }
}
