using Infrastructure.RabbitMq.Receiving;
using UnitTests.Support;

namespace UnitTests.RabbitMq.Receiving;

public sealed class BufferedNetworkStreamTests
{
    private const ushort Channel = 1;

    // More than the stream holds at a time.
    private const int MoreThanTheBuffer = 300 * 1024;

    private static readonly byte[] Other = AmqpBytes.Method(Channel, 60, 80, [0, 0, 0, 0, 0, 0, 0, 17, 0]);

    [Fact]
    public void What_is_taken_and_what_comes_out_is_everything_in_its_order() => ForAny.Case(
        choices => new Story(choices, isTimed: false),
        story => story.ToString(),
        story => story.RunAndCheckAsync().GetAwaiter().GetResult(),
        cases: 100);

    [Fact]
    public void Heartbeats_come_out_between_frames_only() => ForAny.Case(
        choices => new Story(choices, isTimed: true),
        story => story.ToString(),
        story => story.RunAndCheckAsync().GetAwaiter().GetResult(),
        cases: 100);

    [Fact]
    public async Task Without_a_tap_everything_comes_out()
    {
        byte[] sent = [.. Delivery(1), .. AmqpBytes.ProtocolHeader, .. AmqpBytes.Heartbeat, 1, 2, 3];
        using var sockets = new SocketPair();
        await using var stream = new BufferedNetworkStream(sockets.Client, tap: null);
        await sockets.SendAndEndAsync(sent);

        Assert.Equal(sent, await ReadToEndAsync(stream, () => 10));
    }

    [Fact]
    public async Task A_read_of_nothing_ends_when_something_has_arrived_and_takes_none_of_it()
    {
        using var sockets = new SocketPair();
        await using var stream = new BufferedNetworkStream(sockets.Client, tap: null);
        var nothing = stream.ReadAsync(Memory<byte>.Empty);
        Assert.False(nothing.IsCompleted);

        await sockets.SendAndEndAsync(new byte[] { 1, 2, 3 });
        Assert.Equal(0, await nothing.AsTask().OrTooLate());
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty).AsTask().OrTooLate());
        Assert.Equal([1, 2, 3], await ReadToEndAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
    }

    [Fact]
    public async Task Nothing_is_taken_before_somebody_is_there_to_take_it()
    {
        var receiver = new RecordingReceiver(_ => true);
        var tap = new DeliveryTap(new FakeTimeProvider());
        using var sockets = new SocketPair();
        await using var stream = new BufferedNetworkStream(sockets.Client, tap);

        await sockets.SendAsync(Delivery(1));
        Assert.Equal(Delivery(1), await ReadAsync(stream, Delivery(1).Length));
        tap.Attach(Channel, receiver);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(2), Delivery(3, channel: 2)));

        Assert.Equal(Delivery(3, channel: 2), await ReadToEndAsync(stream));
        Assert.Equal([2UL], receiver.Taken.Select(taken => taken.Tag));
        Assert.Empty(receiver.Passed);
    }

    [Fact]
    public async Task What_is_no_frame_comes_out_with_everything_behind_it()
    {
        byte[] nonsense = [.. AmqpBytes.ProtocolHeader, .. Delivery(2), .. new byte[MoreThanTheBuffer]];

        var (received, taken) = await ReceiveAsync([.. Delivery(1), .. nonsense]);

        Assert.Equal(nonsense, received);
        Assert.Equal([1UL], taken);
    }

    [Fact]
    public async Task A_delivery_larger_than_the_buffer_comes_out_and_the_next_is_taken()
    {
        var large = new SentDelivery(Channel, 1) { Body = new byte[MoreThanTheBuffer] };

        var (received, taken) = await ReceiveAsync([.. large.ToBytes(), .. Delivery(2)]);

        Assert.Equal(Shown(large), received);
        Assert.Equal([2UL], taken);
    }

    [Fact]
    public async Task The_name_of_an_exchange_is_that_of_each_delivery()
    {
        string[] exchanges = ["orders", "orders", "größe", "größe", "", "orders", "Orders"];
        var receiver = new RecordingReceiver(_ => true);
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, receiver, new FakeTimeProvider());
        await sockets.SendAndEndAsync(AmqpBytes.Joined(exchanges.Select(name => (new SentDelivery(Channel, 1) { Exchange = name }).ToBytes())));

        Assert.Empty(await ReadToEndAsync(stream));
        Assert.Equal(exchanges, receiver.Taken.Select(taken => taken.Exchange));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(30)]
    public async Task The_end_of_the_connection_is_the_end_of_the_stream(int bytesOfADelivery)
    {
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, new RecordingReceiver(_ => true), new FakeTimeProvider());
        await sockets.SendAndEndAsync(Delivery(1).AsMemory(0, bytesOfADelivery));

        Assert.Empty(await ReadToEndAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_read_that_is_called_off_loses_nothing()
    {
        using var sockets = new SocketPair();
        using var calledOff = new CancellationTokenSource();
        await using var stream = Tapped(sockets, new RecordingReceiver(_ => true), new FakeTimeProvider());
        await sockets.SendAsync(Other.AsMemory(0, 5));
        var reading = stream.ReadAsync(new byte[100], calledOff.Token).AsTask();

        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.OrTooLate());
        await sockets.SendAndEndAsync(Other.AsMemory(5));

        Assert.Equal(Other, await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task A_second_of_nothing_but_deliveries_makes_one_heartbeat()
    {
        var time = new FakeTimeProvider();
        var receiver = new RecordingReceiver(tag => Takes(time, TimeSpan.FromSeconds(tag == 3 ? 0.3 : 0.4)));
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, receiver, time);
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
        await using var stream = Tapped(sockets, new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(0.3))), time);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), Delivery(2), Delivery(3)));

        Assert.Empty(await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task Each_further_second_makes_another_heartbeat()
    {
        var time = new FakeTimeProvider();
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(1))), time);

        for (var tag = 1UL; tag <= 3; tag++)
        {
            await sockets.SendAsync(Delivery(tag));
            Assert.Equal(AmqpBytes.Heartbeat, await ReadAsync(stream, AmqpBytes.Heartbeat.Length));
        }

        sockets.Broker.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        Assert.Empty(await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task Where_nothing_is_taken_the_heartbeats_are_the_brokers()
    {
        var time = new FakeTimeProvider();
        var receiver = new RecordingReceiver(_ => !Takes(time, TimeSpan.FromHours(1)));
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, receiver, time);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), Other, Delivery(2), Delivery(3, channel: 2)));

        var shown = AmqpBytes.Joined(Shown(new(Channel, 1)), Other, Shown(new(Channel, 2)), Delivery(3, channel: 2));
        Assert.Equal(shown, await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task A_delivery_that_the_client_has_no_room_for_is_offered_again_and_meanwhile_there_are_heartbeats()
    {
        var time = new FakeTimeProvider();
        var refusals = 0;
        var receiver = new RecordingReceiver(_ => false, () => !Takes(time, TimeSpan.FromSeconds(1)) || ++refusals > 3);
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, receiver, time);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), Other));

        var shown = AmqpBytes.Joined(AmqpBytes.Heartbeat, AmqpBytes.Heartbeat, AmqpBytes.Heartbeat, Shown(new(Channel, 1)), Other);
        Assert.Equal(shown, await ReadToEndAsync(stream));
        Assert.Single(receiver.Passed);
    }

    [Fact]
    public async Task A_read_for_which_the_client_never_has_room_can_be_called_off()
    {
        using var calledOff = new CancellationTokenSource();
        var refusals = 0;
        var receiver = new RecordingReceiver(_ => false, () =>
        {
            if (++refusals == 10)
            {
                calledOff.Cancel();
            }

            return false;
        });
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, receiver, new FakeTimeProvider());
        await sockets.SendAsync(Delivery(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[100], calledOff.Token).AsTask().OrTooLate());
        Assert.Equal(10, refusals);
    }

    [Fact]
    public async Task A_heartbeat_waits_for_a_read_that_has_room_for_it()
    {
        var time = new FakeTimeProvider();
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, new RecordingReceiver(_ => Takes(time, TimeSpan.FromSeconds(2))), time);
        await sockets.SendAsync(Delivery(1));
        var reading = stream.ReadAsync(new byte[AmqpBytes.Overhead - 1]).AsTask();
        await sockets.SendAndEndAsync(Other);
        Assert.Equal(AmqpBytes.Overhead - 1, await reading.OrTooLate());

        byte[] rest = [.. Other[(AmqpBytes.Overhead - 1)..], .. AmqpBytes.Heartbeat];
        Assert.Equal(rest, await ReadToEndAsync(stream));
    }

    private static bool Takes(FakeTimeProvider time, TimeSpan after)
    {
        time.Advance(after);
        return true;
    }

    // What a delivery looks like to the client.
    private static byte[] Shown(SentDelivery delivery) => (delivery with { Properties = [0, 0] }).ToBytes();

    private static byte[] Delivery(ulong tag, ushort channel = Channel) => new SentDelivery(channel, tag).ToBytes();

    private static BufferedNetworkStream Tapped(SocketPair sockets, RecordingReceiver receiver, FakeTimeProvider time)
    {
        var tap = new DeliveryTap(time);
        tap.Attach(Channel, receiver);
        return new BufferedNetworkStream(sockets.Client, tap);
    }

    private static async Task<(byte[] Received, IEnumerable<ulong> Taken)> ReceiveAsync(byte[] sent)
    {
        var receiver = new RecordingReceiver(_ => true);
        using var sockets = new SocketPair();
        await using var stream = Tapped(sockets, receiver, new FakeTimeProvider());
        var sending = sockets.SendAndEndAsync(sent);
        var received = await ReadToEndAsync(stream);
        await sending.OrTooLate("not everything was read");
        return (received, receiver.Taken.Select(taken => taken.Tag));
    }

    private static async Task<byte[]> ReadAsync(BufferedNetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().OrTooLate("nothing more came");
        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(BufferedNetworkStream stream, Func<int>? size = null)
    {
        var received = new MemoryStream();
        while (true)
        {
            var destination = new byte[size?.Invoke() ?? 4096];
            var read = await stream.ReadAsync(destination).AsTask().OrTooLate("nothing more came");
            if (read == 0)
            {
                return received.ToArray();
            }

            received.Write(destination, 0, read);
        }
    }

    /// <summary>What a broker sends, in which pieces it arrives, what the receiver takes, and how much the client asks for at a time.</summary>
    private sealed class Story
    {
        private readonly List<(SentDelivery? Delivery, byte[] Bytes)> _sent = [];
        private readonly HashSet<ulong> _refused = [];
        private readonly List<int> _pieces = [];
        private readonly List<int> _reads = [];
        private readonly bool _isTimed;

        public Story(Choices choices, bool isTimed)
        {
            _isTimed = isTimed;
            var most = choices.Rarely(4) ? 200 : 12;
            for (var count = choices.Between(1, most); count > 0; count--)
            {
                _sent.Add(Next(choices, (ulong)_sent.Count + 1));
            }

            Repeat(choices, () => _pieces.Add(choices.OneOf(100_000, 1460, 4096, 7, 1) + choices.Below(100)));
            Repeat(choices, () => _reads.Add(choices.OneOf(4096, 65536, 100, 7, 8) + choices.OneOf(0, 1, -1, -6)));
        }

        public async Task RunAndCheckAsync()
        {
            var time = new FakeTimeProvider();
            var receiver = new RecordingReceiver(tag =>
            {
                time.Advance(TimeSpan.FromSeconds(_isTimed ? 0.4 : 0));
                return !_refused.Contains(tag);
            });
            using var sockets = new SocketPair();
            await using var stream = Tapped(sockets, receiver, time);

            var sending = SendAsync(sockets);
            var turn = 0;
            var received = await ReadToEndAsync(stream, () => _reads[turn++ % _reads.Count]);
            await sending.OrTooLate("not everything was read");

            Assert.Empty(receiver.Misuse);
            AssertTaken(receiver);
            AssertReceived(received);
        }

        public override string ToString() =>
            $"{string.Join("; ", _sent.Select(sent => sent.Delivery?.ToString() ?? Convert.ToHexString(sent.Bytes)))}; " +
            $"refused {string.Join(", ", _refused)}; pieces {string.Join(", ", _pieces)}; reads {string.Join(", ", _reads)}";

        // The pieces end where they end, not where frames do.
        private async Task SendAsync(SocketPair sockets)
        {
            var rest = AmqpBytes.Joined(_sent.Select(sent => sent.Bytes)).AsMemory();
            for (var turn = 0; !rest.IsEmpty && turn < 2000; turn++)
            {
                var piece = rest[..Math.Min(rest.Length, _pieces[turn % _pieces.Count])];
                await sockets.SendAsync(piece);
                rest = rest[piece.Length..];
            }

            await sockets.SendAndEndAsync(rest);
        }

        private void AssertTaken(RecordingReceiver receiver)
        {
            var wanted = _sent.Where(sent => IsTaken(sent.Delivery, sent.Bytes)).Select(sent => sent.Delivery!).ToList();
            Assert.Equal(wanted.Select(delivery => delivery.Tag), receiver.Taken.Select(delivery => delivery.Tag));
            var passed = _sent.Where(sent => sent.Delivery is { Channel: Channel } && !IsTaken(sent.Delivery, sent.Bytes)).Select(sent => sent.Delivery!);
            Assert.Equal(passed.Select(delivery => ((long)delivery.Body.Length, Convert.ToHexString(delivery.Properties))),
                receiver.Passed.Select(delivery => (delivery.BodySize, Convert.ToHexString(delivery.Properties))));
            foreach (var (want, have) in wanted.Zip(receiver.Taken))
            {
                Assert.Equal(want.Redelivered, have.Redelivered);
                Assert.Equal(want.Exchange, have.Exchange);
                Assert.True(want.Properties.AsSpan().SequenceEqual(have.Properties), $"{want} has other properties");
                Assert.True(want.Body.AsSpan().SequenceEqual(have.Body), $"{want} has another body");
            }
        }

        private void AssertReceived(byte[] received)
        {
            var wanted = AmqpBytes.Joined(_sent.Where(sent => !IsTaken(sent.Delivery, sent.Bytes))
                .Select(sent => sent.Delivery is { Channel: Channel } delivery ? Shown(delivery) : sent.Bytes));
            if (_isTimed)
            {
                // None was sent in this story.
                received = AmqpBytes.Joined(AmqpBytes.Split(received).Where(frame => !frame.SequenceEqual(AmqpBytes.Heartbeat)));
            }

            Assert.Equal(wanted.Length, received.Length);
            Assert.Equal(wanted.Length, wanted.AsSpan().CommonPrefixLength(received));
        }

        // What does not come in one piece, or is too long, is never offered.
        private bool IsTaken(SentDelivery? delivery, byte[] bytes) =>
            delivery is { Channel: Channel }
            && !_refused.Contains(delivery.Tag)
            && delivery.PerFrame >= delivery.Body.Length
            && bytes.Length <= 256 * 1024;

        private (SentDelivery? Delivery, byte[] Bytes) Next(Choices choices, ulong tag)
        {
            var kind = choices.Below(8);
            if (kind == 6)
            {
                return (null, _isTimed ? Other : AmqpBytes.Heartbeat);
            }

            if (kind == 7)
            {
                return (null, AmqpBytes.Frame(choices.OneOf<byte>(1, 2, 3), choices.OneOf<ushort>(0, 2, Channel), Filled(choices, choices.Below(3000) + 4)));
            }

            if (choices.Rarely(4))
            {
                _refused.Add(tag);
            }

            var delivery = new SentDelivery(choices.Rarely(6) ? (ushort)2 : Channel, tag)
            {
                Redelivered = choices.Rarely(2),
                Exchange = choices.OneOf("orders", "", "other"),
                Properties = Filled(choices, choices.Between(2, 200)),
                Body = Filled(choices, Length(choices)),
                PerFrame = choices.OneOf(int.MaxValue, int.MaxValue, int.MaxValue, 131072 - 8, 100),
            };
            return (delivery, delivery.ToBytes());
        }

        // Most are small; a few are as large as the buffer, or larger.
        private static int Length(Choices choices) => choices.Below(20) switch
        {
            < 12 => choices.Below(600),
            < 16 => 0,
            < 19 => choices.Below(20_000),
            _ => choices.OneOf(choices.Below(400_000), (256 * 1024) - choices.Below(400)),
        };

        private static void Repeat(Choices choices, Action add)
        {
            for (var count = choices.Between(1, 6); count > 0; count--)
            {
                add();
            }
        }

        private static byte[] Filled(Choices choices, int length)
        {
            var bytes = new byte[length];
            new Random(choices.Below(int.MaxValue)).NextBytes(bytes);
            return bytes;
        }
    }
}
