using Infrastructure.RabbitMq.Receiving;
using UnitTests.Support;

namespace UnitTests.RabbitMq.Receiving;

public sealed partial class BrokerStreamTests
{
    [Fact]
    public void Heartbeats_come_out_between_frames_only() => ForAny.Case(
        choices => new Story(choices, isTimed: true),
        story => story.ToString(),
        story => story.RunAndCheckAsync().GetAwaiter().GetResult(),
        cases: 100);

    [Fact]
    public async Task While_deliveries_are_taken_slowly_there_are_heartbeats_between_them()
    {
        const int Deliveries = 100;
        var time = new FakeTimeProvider();
        var receiver = new SlowReceiver(() => time.Advance(TimeSpan.FromSeconds(0.9)));
        using var sockets = new SocketPair();
        var reader = new DeliveryReader(time);
        reader.Attach(Channel, receiver);
        await using var stream = new BrokerStream(sockets.Client, reader);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Enumerable.Range(1, Deliveries).Select(tag => Delivery((ulong)tag))));

        var frames = AmqpBytes.Split(await ReadToEndAsync(stream));

        Assert.Equal(Deliveries, receiver.Taken);
        Assert.InRange(frames.Count(frame => frame.SequenceEqual(AmqpBytes.Heartbeat)), Deliveries / 3, Deliveries);
    }

    [Fact]
    public async Task A_second_of_nothing_but_deliveries_makes_one_heartbeat()
    {
        var time = new FakeTimeProvider();
        var receiver = new RecordingReceiver(tag => Takes(time, TimeSpan.FromSeconds(tag == 3 ? 0.3 : 0.4)));
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, receiver, time);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), Delivery(2), Delivery(3), Other, Delivery(4)));

        var frames = AmqpBytes.Split(await ReadToEndAsync(stream));

        Assert.Equal(4, receiver.Taken.Count);
        Assert.Equal(2, frames.Count);
        Assert.Contains(Other, frames);
        Assert.Contains(AmqpBytes.Heartbeat, frames);
    }

    [Fact]
    public async Task Less_than_a_second_of_deliveries_makes_no_heartbeat()
    {
        var time = new FakeTimeProvider();
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(0.3))), time);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), Delivery(2), Delivery(3)));

        Assert.Empty(await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task Each_further_second_makes_another_heartbeat()
    {
        var time = new FakeTimeProvider();
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(1))), time);

        for (var tag = 1UL; tag <= 3; tag++)
        {
            await sockets.SendAsync(Delivery(tag));
            Assert.Equal(AmqpBytes.Heartbeat, await ReadAsync(stream, AmqpBytes.Heartbeat.Length));
        }

        sockets.Broker.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Empty(await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task A_delivery_that_there_is_no_room_for_is_offered_again_with_heartbeats_in_between()
    {
        var time = new FakeTimeProvider();
        var offers = 0;
        var receiver = new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(1)) && ++offers > 3);
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, receiver, time);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), Other));

        var frames = AmqpBytes.Split(await ReadToEndAsync(stream));
        Assert.Equal([AmqpBytes.Heartbeat, AmqpBytes.Heartbeat, AmqpBytes.Heartbeat], frames.Take(3));
        Assert.Equal(Other, Assert.Single(frames, frame => !frame.SequenceEqual(AmqpBytes.Heartbeat)));
        Assert.Single(receiver.Taken);
    }

    [Fact]
    public async Task A_heartbeat_comes_out_whole_however_little_is_read_at_a_time()
    {
        var time = new FakeTimeProvider();
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(2))), time);
        await sockets.SendAsync(Delivery(1));
        var first = await ReadAsync(stream, 3);
        await sockets.SendAndEndAsync(Other);

        byte[] rest = [.. AmqpBytes.Heartbeat[3..], .. Other];
        Assert.Equal(AmqpBytes.Heartbeat[..3], first);
        Assert.Equal(rest, await ReadToEndAsync(stream, () => 3));
    }
}
