using Infrastructure.RabbitMq;
using Infrastructure.RabbitMq.Receiving;
using UnitTests.Support;

namespace UnitTests.RabbitMq.Receiving;

public sealed partial class BrokerStreamTests
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
    public async Task Without_a_receiver_everything_comes_out()
    {
        byte[] sent = [.. Delivery(1), .. AmqpBytes.Heartbeat, .. Other];
        using var sockets = new SocketPair();
        await using var stream = new BrokerStream(sockets.Client, reader: null);
        await sockets.SendAndEndAsync(sent);

        Assert.Equal(sent, await ReadToEndAsync(stream, () => 10));
    }

    [Fact]
    public async Task A_returned_message_comes_out_without_the_headers_that_the_client_does_not_survive()
    {
        byte[] number = [.. AmqpBytes.ShortText("number"), (byte)'l', .. AmqpBytes.LongLong(17)];
        byte[] entries = [.. number, .. AmqpBytes.ShortText("x"), (byte)'D', 255, .. AmqpBytes.Long(1)];
        var returned = AmqpBytes.Method(Channel, 60, 50, [.. AmqpBytes.Short(312), .. AmqpBytes.ShortText("NO_ROUTE"), 0, 0]);
        using var sockets = new SocketPair();
        await using var stream = new BrokerStream(sockets.Client, reader: null);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Message(number), Message(entries), Other));

        Assert.Equal(AmqpBytes.Joined(Message(number), Message(number), Other), await ReadToEndAsync(stream));

        byte[] Message(byte[] headers)
        {
            byte[] properties = [0x20, 0, .. AmqpBytes.Long((uint)headers.Length), .. headers];
            return AmqpBytes.Joined(returned, AmqpBytes.Header(Channel, 3, properties), AmqpBytes.Body(Channel, [1, 2, 3]));
        }
    }

    [Fact]
    public async Task Many_frames_of_the_clients_come_out_in_one_read()
    {
        var acks = AmqpBytes.Joined(Enumerable.Repeat(Other, 100));
        var reads = 0;
        using var sockets = new SocketPair();
        await using var stream = new BrokerStream(sockets.Client, reader: null);
        await sockets.SendAndEndAsync(acks);

        var received = await ReadToEndAsync(stream, () => ++reads > 0 ? 4096 : 0);

        // They may arrive in a few pieces.
        Assert.Equal(acks, received);
        Assert.InRange(reads, 2, 20);
    }

    [Fact]
    public async Task A_fetched_message_is_taken_and_the_client_is_told_of_an_empty_one()
    {
        byte[] arguments = [.. AmqpBytes.LongLong(7), 1, .. AmqpBytes.ShortText("orders"), 0, .. AmqpBytes.Long(3)];
        var answer = AmqpBytes.Method(Channel, 60, 71, arguments);
        var sent = new SentDelivery(Channel, 7) { Body = new byte[MoreThanTheBuffer], PerFrame = 100_000 };
        var receiver = new RecordingReceiver(_ => true);
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, receiver, new FakeTimeProvider());
        var sending = sockets.SendAndEndAsync(AmqpBytes.Joined(
            answer, sent.HeaderFrame, sent.BodyFrames, Other, answer, AmqpBytes.Header(Channel, 1, sent.Properties), AmqpBytes.Body(Channel, [1])));

        var empty = AmqpBytes.Joined(answer, AmqpBytes.Header(Channel, 0, [0, 0]));
        Assert.Equal(AmqpBytes.Joined(empty, Other, empty), await ReadToEndAsync(stream));
        await sending.OrTooLate("not everything was read");
        Assert.Equal([MoreThanTheBuffer, 1], receiver.Taken.Select(taken => taken.Body.Length));
        Assert.Equal(sent.Properties, receiver.Taken[0].Properties);
    }

    [Fact]
    public async Task A_frame_longer_than_was_agreed_on_ends_the_connection_with_a_reason()
    {
        using var sockets = new SocketPair();
        await using var stream = new BrokerStream(sockets.Client, reader: null);
        await sockets.SendAsync(new byte[] { AmqpBytes.HeaderFrame, 0, 1, 0, 4, 0, 0 });

        var refused = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[100]).AsTask().OrTooLate());
        Assert.Contains("frame_max", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_longer_than_any_that_is_taken_ends_the_connection_with_a_reason()
    {
        var sent = new SentDelivery(Channel, 1);
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, new RecordingReceiver(_ => true), new FakeTimeProvider());
        await sockets.SendAsync(AmqpBytes.Joined(sent.MethodFrame, AmqpBytes.Header(Channel, MessageSizes.Client + 1UL, sent.Properties)));

        var refused = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[100]).AsTask().OrTooLate());
        Assert.Contains("max_message_size", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_broker_says_in_the_middle_of_a_delivery_ends_the_delivery()
    {
        var sent = new SentDelivery(Channel, 1) { Body = new byte[100], PerFrame = 60 };
        var closed = AmqpBytes.Method(Channel, 20, 40, [.. AmqpBytes.Short(541), .. AmqpBytes.ShortText("INTERNAL_ERROR"), 0, 0, 0, 0]);

        var (received, taken) = await ReceiveAsync(AmqpBytes.Joined(sent.MethodFrame, sent.HeaderFrame, closed, Delivery(2)));

        Assert.Equal(closed, received);
        Assert.Equal([2UL], taken);
    }

    [Fact]
    public async Task Nothing_is_taken_before_somebody_is_there_to_take_it()
    {
        var receiver = new RecordingReceiver(_ => true);
        var reader = new DeliveryReader(new FakeTimeProvider());
        using var sockets = new SocketPair();
        await using var stream = new BrokerStream(sockets.Client, reader);

        await sockets.SendAsync(Delivery(1));
        Assert.Equal(Delivery(1), await ReadAsync(stream, Delivery(1).Length));
        reader.Attach(Channel, receiver);
        await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(2), Delivery(3, channel: 2)));

        Assert.Equal(Delivery(3, channel: 2), await ReadToEndAsync(stream));
        Assert.Equal([2UL], receiver.Taken.Select(taken => taken.Tag));
    }

    [Fact]
    public async Task The_answer_of_a_broker_of_another_version_comes_out_with_everything_behind_it()
    {
        byte[] answer = [.. AmqpBytes.ProtocolHeader, .. Delivery(2), .. new byte[MoreThanTheBuffer]];

        var (received, taken) = await ReceiveAsync(answer);

        Assert.Equal(answer, received);
        Assert.Empty(taken);
    }

    [Fact]
    public async Task What_is_no_frame_ends_the_connection_and_nothing_behind_it_comes_out()
    {
        var cut = AmqpBytes.Frame(AmqpBytes.HeaderFrame, Channel, new byte[12]);
        var receiver = new RecordingReceiver(_ => true);
        foreach (var nonsense in (byte[][])[AmqpBytes.ProtocolHeader, [.. new SentDelivery(Channel, 2).MethodFrame, .. cut]])
        {
            using var sockets = new SocketPair();
            await using var stream = Watched(sockets, receiver, new FakeTimeProvider());
            await sockets.SendAndEndAsync(AmqpBytes.Joined(Delivery(1), nonsense, Delivery(3)));

            await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(stream));
        }

        Assert.Equal([1UL, 1UL], receiver.Taken.Select(taken => taken.Tag));
    }

    [Fact]
    public async Task A_connection_that_was_given_up_during_a_wait_writes_into_no_memory_of_the_clients()
    {
        var taking = new TaskCompletionSource<bool>();
        var receiver = new WaitingReceiver(taking.Task);
        using var sockets = new SocketPair();
        var reader = new DeliveryReader(new FakeTimeProvider());
        reader.Attach(Channel, receiver);
        var stream = new BrokerStream(sockets.Client, reader);
        await sockets.SendAsync(AmqpBytes.Joined(Delivery(1), Other));
        var lent = new byte[100];
        var reading = stream.ReadAsync(lent).AsTask();
        await receiver.Offered.OrTooLate("the delivery was not offered");

        await stream.DisposeAsync();
        taking.SetResult(true);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.OrTooLate());
        Assert.Equal(new byte[100], lent);
    }

    [Fact]
    public async Task A_delivery_larger_than_the_buffer_is_taken_too()
    {
        var large = new SentDelivery(Channel, 1) { Body = new byte[MoreThanTheBuffer], PerFrame = 131072 - AmqpBytes.Overhead };

        var (received, taken) = await ReceiveAsync([.. large.ToBytes(), .. Delivery(2)]);

        Assert.Empty(received);
        Assert.Equal([1UL, 2UL], taken);
    }

    [Fact]
    public async Task The_name_of_an_exchange_is_that_of_each_delivery()
    {
        string[] exchanges = ["orders", "orders", "größe", "größe", "", "orders", "Orders"];
        var receiver = new RecordingReceiver(_ => true);
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, receiver, new FakeTimeProvider());
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
        await using var stream = Watched(sockets, new RecordingReceiver(_ => true), new FakeTimeProvider());
        await sockets.SendAndEndAsync(Delivery(1).AsMemory(0, bytesOfADelivery));

        Assert.Empty(await ReadToEndAsync(stream));
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public async Task A_read_that_is_called_off_loses_nothing()
    {
        using var sockets = new SocketPair();
        using var calledOff = new CancellationTokenSource();
        await using var stream = Watched(sockets, new RecordingReceiver(_ => true), new FakeTimeProvider());
        await sockets.SendAsync(Other.AsMemory(0, 5));
        var reading = stream.ReadAsync(new byte[100], calledOff.Token).AsTask();

        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.OrTooLate());
        await sockets.SendAndEndAsync(Other.AsMemory(5));

        Assert.Equal(Other, await ReadToEndAsync(stream));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(10)]
    public async Task A_read_for_which_there_is_never_room_can_be_called_off(int perFrame)
    {
        using var calledOff = new CancellationTokenSource();
        var offers = 0;
        var receiver = new RecordingReceiver(_ =>
        {
            if (++offers == 10)
            {
                calledOff.Cancel();
            }

            return false;
        });
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, receiver, new FakeTimeProvider());
        await sockets.SendAsync((new SentDelivery(Channel, 1) { PerFrame = perFrame }).ToBytes());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(new byte[100], calledOff.Token).AsTask().OrTooLate());
        Assert.Equal(10, offers);
    }

    private static bool Takes(FakeTimeProvider time, TimeSpan after)
    {
        time.Advance(after);
        return true;
    }

    private static byte[] Delivery(ulong tag, ushort channel = Channel) => new SentDelivery(channel, tag).ToBytes();

    private static BrokerStream Watched(SocketPair sockets, RecordingReceiver receiver, FakeTimeProvider time)
    {
        var reader = new DeliveryReader(time);
        reader.Attach(Channel, receiver);
        return new BrokerStream(sockets.Client, reader);
    }

    private static async Task<(byte[] Received, IEnumerable<ulong> Taken)> ReceiveAsync(byte[] sent)
    {
        var receiver = new RecordingReceiver(_ => true);
        using var sockets = new SocketPair();
        await using var stream = Watched(sockets, receiver, new FakeTimeProvider());
        var sending = sockets.SendAndEndAsync(sent);
        var received = await ReadToEndAsync(stream);
        await sending.OrTooLate("not everything was read");
        return (received, receiver.Taken.Select(taken => taken.Tag));
    }

    private static async Task<byte[]> ReadAsync(BrokerStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().OrTooLate("nothing more came");
        return bytes;
    }

    private static async Task<byte[]> ReadToEndAsync(BrokerStream stream, Func<int>? size = null)
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
}
