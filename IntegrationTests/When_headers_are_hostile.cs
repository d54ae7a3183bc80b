using System.Text;
using System.Text.Json;
using Contracts;
using Infrastructure.RabbitMq;
using IntegrationTests.Stack;
using Microsoft.EntityFrameworkCore;
using RabbitMQ.Client;

namespace IntegrationTests;

public sealed class When_headers_are_hostile
{
    // In several frames, so that a delivery does not lie in the receive buffer in one piece.
    private const int Large = 300_000;

    [Fact]
    public async Task Orders_are_stored_all_the_same_and_nothing_is_published_anywhere()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var foreign = await ForeignExchange.DeclareAsync(pipeline);
        await using var publisher = await RawPublisher.OpenAsync(pipeline);
        var ledger = Ledger.Of(pipeline);
        foreach (var (name, properties) in HostileProperties.All(foreign.Name))
        {
            foreach (var length in (int[])[0, Large])
            {
                var order = Some.Order();
                await ledger.StoresAsync(order, () => publisher.PublishAsync(properties, Some.Padded(order, length)));
                var broken = Some.Padded(Encoding.UTF8.GetBytes($"no order, {length}, {name}"), length);
                await ledger.PutsAsideAsync(broken, "decode.malformed_json", () => publisher.PublishAsync(properties, broken));
                await ledger.StoresAsync([Some.Order()]);
            }
        }

        await using (var worker = await WorkerUnderTest.StartReadyAsync(pipeline))
        {
            await ledger.SettlesAsync();
            Assert.Equal(0, (await worker.StatusAsync()).GetProperty("handedBack").GetInt64());
        }

        Assert.Equal(0u, await foreign.ReceivedAsync());
    }

    [Fact]
    public async Task Addresses_in_an_envelope_are_not_followed()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var foreign = await ForeignExchange.DeclareAsync(pipeline);
        var ledger = Ledger.Of(pipeline);
        var order = Some.Order();
        var refused = order with { OrderId = Guid.CreateVersion7(), Total = 17m };
        await ledger.StoresAsync(order, () => pipeline.PublishAsync(WithAddresses(order), AsEnvelope));
        await ledger.PutsAsideAsync(WithAddresses(refused), "rule.total_mismatch", AsEnvelope);

        await using (await WorkerUnderTest.StartReadyAsync(pipeline))
        {
            await ledger.SettlesAsync();
        }

        Assert.Equal(0u, await foreign.ReceivedAsync());

        byte[] WithAddresses(OrderSubmitted sent)
        {
            var address = $"rabbitmq://localhost/{foreign.Name}";
            var envelope = Encoding.UTF8.GetString(Some.Envelope(sent));
            return Encoding.UTF8.GetBytes(envelope.Replace("\"headers\"", $"\"faultAddress\": \"{address}\", \"responseAddress\": \"{address}\", \"headers\""));
        }

        static void AsEnvelope(BasicProperties properties) => properties.ContentType = MessageHeaders.Envelope;
    }

    [Fact]
    public async Task What_nobody_can_read_of_them_is_kept_as_it_came()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await using var publisher = await RawPublisher.OpenAsync(pipeline);
        var properties = HostileProperties.All("x").Single(hostile => hostile.Name == "a decimal of 255 digits").Properties;
        await publisher.PublishAsync(properties, "small"u8.ToArray());
        await publisher.PublishAsync(properties, Some.Padded("large"u8.ToArray(), Large));

        await using var worker = await WorkerUnderTest.StartReadyAsync(pipeline);
        await Eventually.EqualAsync(2L, "dead letters", () => pipeline.CountAsync("dead_letters"));

        await using var context = pipeline.Context();
        foreach (var letter in await context.DeadLetters.ToListAsync())
        {
            var headers = JsonDocument.Parse(letter.Headers).RootElement;
            Assert.True(headers.TryGetProperty("contentType", out var contentType) && headers.TryGetProperty("encoded", out _), letter.Headers);
            Assert.Equal("application/json", contentType.GetString());
            Assert.Equal(properties, headers.GetProperty("encoded").GetBytesFromBase64());
        }
    }

    [Fact]
    public async Task A_publisher_survives_the_return_of_its_message()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        var connector = new RabbitMqConnector(() => new RabbitMqOptions { ConnectionString = pipeline.BrokerConnectionString });

        await Returns.SurviveAsync(await connector.OpenAsync("publisher"), pipeline);
    }

    // Publishers decide that a message expires, and brokers do it. CC and BCC too are the broker's business, at the moment of publishing.
    [Fact]
    public async Task An_order_that_expires_waits_in_the_dead_queue()
    {
        await using var pipeline = await Pipeline.CreateAsync();
        await pipeline.DeclareAsync();
        await pipeline.PublishAsync(Some.Body(), properties => properties.Expiration = "1");

        var channel = await pipeline.ChannelAsync();
        await Eventually.EqualAsync(1u, "messages in the dead queue", () => channel.MessageCountAsync(pipeline.Names.DeadQueue));
        Assert.Equal(0u, await pipeline.WaitingAsync());
    }

    /// <summary>An exchange of somebody else's, and a queue that gets what is published to either.</summary>
    private sealed class ForeignExchange(IChannel channel, string name) : IAsyncDisposable
    {
        public string Name => name;

        public static async Task<ForeignExchange> DeclareAsync(Pipeline pipeline)
        {
            var channel = await pipeline.ChannelAsync();
            var name = $"{pipeline.Names.Pipeline}.foreign";
            await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout);
            await channel.QueueDeclareAsync(name, durable: false, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync(name, name, "");
            return new ForeignExchange(channel, name);
        }

        public Task<uint> ReceivedAsync() => channel.MessageCountAsync(name);

        public async ValueTask DisposeAsync()
        {
            await channel.QueueDeleteAsync(name);
            await channel.ExchangeDeleteAsync(name);
        }
    }
}
