using System.Buffers.Binary;
using System.Threading.Channels;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;
using UnitTests.Support;
using Worker.Intake;

namespace UnitTests.Intake;

/// <summary>Two ways in, one order. Batches of two, a clock in the test's hand, and who comes when is the test's to say.</summary>
public sealed class DeliveryIntakeTests
{
    private const int MaxBatch = 2;

    // Bytes that the client may hold.
    private const long Most = 8 * 1024 * 1024;

    private static readonly byte[] Properties = Encode.Properties(Some.Properties());

    private static readonly ReadOnlyMemory<byte> Unreadable = new UnreadableMemory().Memory;

    private readonly BatchHandover _handover = new(NewBatch(), NewBatch(), TimeSpan.Zero, TimeProvider.System);
    private readonly FakeTimeProvider _time = new();
    private readonly List<Exception> _failures = [];
    private readonly DeliveryIntake _intake;
    private OrderBatch? _written;

    public DeliveryIntakeTests()
    {
        _intake = new DeliveryIntake(_handover, _time, Failed);
    }

    [Fact]
    public async Task What_is_offered_is_taken_at_once_while_there_is_room()
    {
        AssertTaken(Offer(1));
        AssertTaken(Offer(2));

        Assert.Equal(2UL, _intake.LastTag);
        Assert.Equal(0, _time.TimersSet.Count);
        Assert.Equal([1UL, 2UL], await WriteNextAsync());
    }

    [Fact]
    public async Task Without_room_a_delivery_waits_and_is_taken_when_room_is_made()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        Assert.Equal([3UL, 4UL], await WriteNextAsync());

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(6));
        Assert.Equal([5UL, 6UL], await WriteNextAsync());
    }

    [Fact]
    public async Task A_delivery_waits_as_long_as_patience_lasts()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        Assert.Equal(TimeSpan.FromSeconds(1), _time.LastDue);
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(offered.IsCompleted, "patience ended too early");
        _time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.False(await offered.OrTooLate(), "there was no room for it");
        Assert.Equal(4UL, _intake.LastTag);
    }

    [Fact]
    public async Task While_nothing_moves_the_next_ones_are_refused_at_once()
    {
        await FillAsync();
        await RefuseAsync(5);

        AssertRefused(Offer(6));
        var arriving = Arrive(5);
        AssertRefused(Offer(7));

        Assert.Equal(1, _time.TimersSet.Count);
        Assert.False(arriving.IsCompleted, "there was no room");
    }

    [Fact]
    public async Task Those_that_were_refused_arrive_before_the_next_is_taken()
    {
        await FillAsync();
        await RefuseAsync(5);
        AssertRefused(Offer(6));
        AssertRefused(Offer(7));
        var arriving = ArriveAll(5, 6, 7);

        Assert.Equal([3UL, 4UL], await WriteNextAsync());

        // As many batches as there happen to be: one is taken with whatever has arrived by then.
        var arrived = new List<ulong>();
        while (arrived.Count < 3)
        {
            arrived.AddRange(await WriteNextAsync());
        }

        Assert.Equal([5UL, 6UL, 7UL], arrived);
        await arriving.OrTooLate();
        AssertTaken(Offer(8));
        Assert.Equal([8UL], await WriteNextAsync());
        Assert.Equal(1, _time.TimersSet.Count);
    }

    [Fact]
    public async Task One_that_comes_while_others_are_on_their_way_waits_for_all_of_them()
    {
        Pass();
        Pass();
        var offered = Offer(3);
        await AssertWaitsAsync(offered);
        await Arrive(1).OrTooLate();
        Assert.False(offered.IsCompleted, "one is still on its way");
        await Arrive(2).OrTooLate();
        await WriteNextAsync();

        Assert.True(await offered.OrTooLate());
        Assert.Equal([3UL], await WriteNextAsync());
    }

    [Fact]
    public async Task What_came_late_may_still_have_to_wait_for_room()
    {
        await FillAsync();
        Pass();
        var arriving = Arrive(5);
        var offered = Offer(6);
        await AssertWaitsAsync(offered);

        Assert.Equal([3UL, 4UL], await WriteNextAsync());
        await arriving.OrTooLate();
        Assert.True(await offered.OrTooLate());
        var waiting = Offer(7);
        await _time.TimersSet.Reach(2);
        Assert.False(waiting.IsCompleted, "there was no room");

        Assert.Equal([5UL, 6UL], await WriteNextAsync());
        Assert.True(await waiting.OrTooLate());
        Assert.Equal([7UL], await WriteNextAsync());
    }

    [Fact]
    public async Task Patience_ends_too_when_what_was_passed_does_not_arrive()
    {
        Pass();
        await RefuseAsync(2);
        AssertRefused(Offer(3));

        await ArriveAll(1, 2).OrTooLate();
        Assert.Equal([1UL, 2UL], await WriteNextAsync());
    }

    [Fact]
    public async Task As_soon_as_one_has_arrived_waiting_is_of_use_again()
    {
        Pass();
        await RefuseAsync(2);
        await Arrive(1).OrTooLate();

        var offered = Offer(3);
        await _time.TimersSet.Reach(2);
        Assert.False(offered.IsCompleted, "another is still on its way");
        await Arrive(2).OrTooLate();
        Assert.Equal([1UL, 2UL], await WriteNextAsync());

        Assert.True(await offered.OrTooLate());
    }

    [Fact]
    public async Task After_the_close_nothing_waits()
    {
        await FillAsync();
        var offered = Offer(5);
        await AssertWaitsAsync(offered);

        _handover.Close(discardFilling: true);

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(6));
        await Arrive(7).OrTooLate();
    }

    [Fact]
    public void What_cannot_be_taken_in_is_reported_once_and_nothing_waits_for_it()
    {
        AssertTaken(Offer(1));
        AssertTaken(Offer(2, Unreadable));
        AssertTaken(Offer(3));
        AssertTaken(Offer(4));

        Assert.Single(_failures);
        Assert.Equal(0, _time.TimersSet.Count);
    }

    [Fact]
    public async Task What_cannot_be_taken_in_after_a_wait_is_reported_once_and_nothing_waits_for_it()
    {
        await FillAsync();
        var offered = Offer(5, Unreadable);
        await AssertWaitsAsync(offered);
        await WriteNextAsync();

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(6));
        Assert.Single(_failures);
    }

    [Fact]
    public async Task What_cannot_be_taken_in_through_the_client_is_reported_once_and_nothing_waits_for_it()
    {
        Pass();
        var offered = Offer(2);
        await AssertWaitsAsync(offered);

        await Arrive(1, Unreadable).OrTooLate();

        Assert.True(await offered.OrTooLate());
        AssertTaken(Offer(3));
        Assert.Single(_failures);
    }

    [Fact]
    public async Task What_the_client_holds_is_bounded()
    {
        Pass(Most / 2);
        Pass((Most / 2) - (2 * Properties.Length));
        var announced = Announce(1);
        await AssertWaitsAsync(announced);

        await Arrive(1).OrTooLate();

        Assert.True(await announced.OrTooLate());
    }

    [Fact]
    public async Task Without_room_at_the_client_it_is_to_be_offered_again_after_a_second()
    {
        Pass(Most);
        var announced = Announce(1);
        await AssertWaitsAsync(announced);
        _time.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(announced.IsCompleted, "patience ended too early");
        _time.Advance(TimeSpan.FromSeconds(0.001));

        Assert.False(await announced.OrTooLate(), "there was no room for it");
        await Arrive(1).OrTooLate();
        Pass();
    }

    [Fact]
    public async Task A_giant_goes_to_the_client_alone()
    {
        Pass(20 * Most);
        var announced = Announce(20 * Most);
        await AssertWaitsAsync(announced);

        await Arrive(1).OrTooLate();

        Assert.True(await announced.OrTooLate());
    }

    [Fact]
    public async Task After_the_close_the_client_may_have_everything()
    {
        Pass(Most);
        _handover.Close(discardFilling: true);

        Pass(Most);
        await ArriveAll(1, 2).OrTooLate();
    }

    [Fact]
    public async Task What_came_through_the_client_has_the_properties_that_it_came_with()
    {
        var announced = Encode.Properties(new BasicProperties { ContentType = "text/xml", MessageId = "m-1" });
        await _intake.PassAsync(announced, bodySize: 1);
        Array.Fill(announced, (byte)0xEE);

        await Arrive(1).OrTooLate();

        var batch = await _handover.TakeAsync().AsTask().OrTooLate();
        Assert.Equal("m-1", Assert.Single(batch!.DeadLetters).MessageId);
    }

    [Fact]
    public async Task What_was_not_announced_has_the_properties_that_the_client_read()
    {
        await _intake.PassAsync(default, bodySize: 0);
        await Arrive(1).OrTooLate();
        await Arrive(2).OrTooLate();

        Assert.Equal([1UL, 2UL], await WriteNextAsync());
    }

    [Fact]
    public void Whoever_comes_when_the_order_is_the_brokers() => ForAny.Case(
        choices => new Story(choices),
        story => string.Join(", ", story.Told),
        story => story.RunAndCheckAsync().GetAwaiter().GetResult(),
        cases: 200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task As_fast_as_it_goes_the_order_is_the_brokers(bool isInAHurry)
    {
        const ulong Last = 20_000;
        var time = new FakeTimeProvider { IsInAHurry = isInAHurry };
        var handover = new BatchHandover(NewBatch(20), NewBatch(20), TimeSpan.FromMilliseconds(1), TimeProvider.System);
        var failures = new List<Exception>();
        var intake = new DeliveryIntake(handover, time, failures.Add);
        var client = Channel.CreateUnbounded<ulong>();

        var written = Task.Run(() => WriteAllAsync(handover, isInAHurry ? null : time));
        var delivering = Task.Run(() => DeliverAsync(client.Reader, intake));
        await Task.Run(() => ReceiveAsync(Last, intake, client.Writer)).OrTooLate("a delivery was never answered");
        await delivering.OrTooLate("a delivery of the client's never arrived");
        handover.Close(discardFilling: false);

        AssertConsecutive(Last, await written.OrTooLate());
        Assert.Equal(Last, intake.LastTag);
        Assert.Empty(failures);
    }

    private static OrderBatch NewBatch(int maxDeliveries = MaxBatch) => new(maxDeliveries, 1024 * 1024);

    // The connection's receive loop.
    private static async Task ReceiveAsync(ulong last, DeliveryIntake intake, ChannelWriter<ulong> client)
    {
        var random = new Random(17);
        for (var tag = 1UL; tag <= last; tag++)
        {
            var isLarge = random.Next(50) == 0;
            if (isLarge)
            {
                Assert.True(await intake.PassAsync(Properties, Body(tag).Length));
            }

            if (isLarge || !await OfferAsync(intake, tag))
            {
                client.TryWrite(tag);
            }
        }

        client.Complete();
    }

    // The client's callbacks.
    private static async Task DeliverAsync(ChannelReader<ulong> client, DeliveryIntake intake)
    {
        var random = new Random(18);
        await foreach (var tag in client.ReadAllAsync())
        {
            if (random.Next(3) == 0)
            {
                await Task.Yield();
            }

            await intake.AddAsync(Arrived(tag));
        }
    }

    // The write loop, and now and then a second that passes while a batch is written.
    private static async Task<List<ulong>> WriteAllAsync(BatchHandover handover, FakeTimeProvider? time)
    {
        var random = new Random(19);
        var tags = new List<ulong>();
        while (await handover.TakeAsync() is { } batch)
        {
            tags.AddRange(TagsOf(batch));
            if (random.Next(3) == 0)
            {
                await Task.Yield();
                time?.Advance(TimeSpan.FromSeconds(1));
            }

            handover.Return(batch);
        }

        return tags;
    }

    private static void AssertConsecutive(ulong last, List<ulong> tags)
    {
        Assert.Equal(last, (ulong)tags.Count);
        for (var i = 0; i < tags.Count; i++)
        {
            Assert.True(tags[i] == (ulong)i + 1, $"place {i + 1} is taken by {tags[i]}");
        }
    }

    private static List<ulong> TagsOf(OrderBatch batch)
    {
        var tags = CopyReader.ReadKeys(batch.CopyData.Span).ConvertAll(key => TagOf(key.OrderId));
        Assert.Equal(batch.LastTag, tags[^1]);
        return tags;
    }

    // The order's id is the delivery's tag, so that a batch tells what is in it.
    private static byte[] Body(ulong tag)
    {
        var id = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, tag);
        return Some.Body(Some.Order with { OrderId = new Guid(id, bigEndian: true) });
    }

    private static ulong TagOf(Guid orderId) => BinaryPrimitives.ReadUInt64BigEndian(orderId.ToByteArray(bigEndian: true));

    private static Delivery Arrived(ulong tag, ReadOnlyMemory<byte>? body = null) =>
        new(tag, false, Some.Exchange, new MessageProperties(Some.Properties()), body ?? Body(tag));

    // As the connection does: what is not taken goes to the client.
    private static async Task<bool> OfferAsync(DeliveryIntake intake, ulong tag, ReadOnlyMemory<byte>? body = null)
    {
        if (await intake.TakeAsync(new ReceivedDelivery(tag, false, Some.Exchange, Properties, body ?? Body(tag))))
        {
            return true;
        }

        Assert.True(await intake.PassAsync(Properties, bodySize: 1), "the client had no room");
        return false;
    }

    private static void AssertTaken(Task<bool> offered) => Assert.True(offered is { IsCompletedSuccessfully: true, Result: true }, "it was not taken at once");

    private static void AssertRefused(Task<bool> offered) =>
        Assert.True(offered is { IsCompletedSuccessfully: true, Result: false }, "it was not refused at once");

    private void Failed(Exception unforeseen)
    {
        _failures.Add(unforeseen);
        _handover.Close(discardFilling: true);
    }

    private Task<bool> Offer(ulong tag, ReadOnlyMemory<byte>? body = null) => OfferAsync(_intake, tag, body);

    private void Pass(long bodySize = 1) => Assert.True(Announce(bodySize) is { IsCompletedSuccessfully: true, Result: true }, "there was no room for it");

    private Task<bool> Announce(long bodySize) => _intake.PassAsync(Properties, bodySize).AsTask();

    private Task Arrive(ulong tag, ReadOnlyMemory<byte>? body = null) => _intake.AddAsync(Arrived(tag, body));

    private async Task ArriveAll(params ulong[] tags)
    {
        foreach (var tag in tags)
        {
            await Arrive(tag);
        }
    }

    /// <summary>Messages 1 to 4: a batch that is being written, and one that is full.</summary>
    private async Task FillAsync()
    {
        AssertTaken(Offer(1));
        AssertTaken(Offer(2));
        Assert.Equal([1UL, 2UL], await WriteNextAsync());
        AssertTaken(Offer(3));
        AssertTaken(Offer(4));
    }

    /// <summary>The batch that was being written is stored, and the next is taken.</summary>
    private async Task<List<ulong>> WriteNextAsync()
    {
        if (_written is not null)
        {
            _handover.Return(_written);
        }

        _written = await _handover.TakeAsync().AsTask().OrTooLate("there was nothing to write");
        return TagsOf(_written!);
    }

    private async Task AssertWaitsAsync(Task<bool> offered)
    {
        await _time.TimersSet.Reach(1);
        Assert.False(offered.IsCompleted, "it did not wait");
    }

    private async Task RefuseAsync(ulong tag)
    {
        var offered = Offer(tag);
        await AssertWaitsAsync(offered);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await offered.OrTooLate(), "it was taken");
    }

    /// <summary>
    /// Random steps of all who take part, each as far as it gets before the next: the receive loop, the client, the write loop, the clock.
    /// </summary>
    private sealed class Story
    {
        private readonly Choices _choices;
        private readonly FakeTimeProvider _time = new();
        private readonly BatchHandover _handover;
        private readonly Queue<ulong> _atTheClient = [];
        private readonly List<Exception> _failures = [];
        private readonly List<ulong> _written = [];
        private DeliveryIntake? _intake;
        private Task<bool>? _offered;
        private Task _arriving = Task.CompletedTask;
        private Task<OrderBatch?>? _taking;
        private ulong _tag;

        public Story(Choices choices)
        {
            _choices = choices;
            var linger = TimeSpan.FromSeconds(choices.Below(3));
            _handover = new BatchHandover(NewBatch(), NewBatch(), linger, _time);
            Told.Add($"linger {linger}");
        }

        public List<string> Told { get; } = [];

        public async Task RunAndCheckAsync()
        {
            _intake = new DeliveryIntake(_handover, _time, _failures.Add);
            for (var steps = _choices.Between(1, 60); steps > 0; steps--)
            {
                await StepAsync();
                Settle();
            }

            await EndAsync();
            Assert.Empty(_failures);
            AssertConsecutive(_tag, _written);
        }

        private async Task StepAsync()
        {
            var step = _choices.Below(8);
            if (step <= 2 && _offered is null)
            {
                Told.Add($"offer {++_tag}");
                _offered = OfferAsync(_intake!, _tag);
            }
            else if (step == 3 && _offered is null)
            {
                Told.Add($"pass {++_tag}");
                Assert.True(_intake!.PassAsync(Properties, bodySize: 1).Result);
                _atTheClient.Enqueue(_tag);
            }
            else if (step == 4 && _arriving.IsCompleted && _atTheClient.TryDequeue(out var tag))
            {
                Told.Add($"arrive {tag}");
                _arriving = _intake!.AddAsync(Arrived(tag));
            }
            else if (step is 5 or 6)
            {
                Told.Add("write");
                _taking ??= _handover.TakeAsync().AsTask();
            }
            else if (step == 7)
            {
                Told.Add("a second passes");
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            // Whoever was woken gets a chance to run before the next step, or does not: both happen in the world.
            if (_choices.Rarely(2))
            {
                await Task.Yield();
            }
        }

        private void Settle()
        {
            if (_offered is { IsCompleted: true } answered)
            {
                _offered = null;
                if (!answered.GetAwaiter().GetResult())
                {
                    _atTheClient.Enqueue(_tag);
                }
            }

            if (_taking is { IsCompleted: true } taken)
            {
                _taking = null;
                var batch = taken.GetAwaiter().GetResult()!;
                _written.AddRange(TagsOf(batch));
                _handover.Return(batch);
            }
        }

        // Everybody goes on until nobody has anything to do.
        private async Task EndAsync()
        {
            Told.Add("end");
            var writing = WriteOnAsync();
            await _arriving.OrTooLate("a delivery of the client's never arrived");
            await ArriveAsync();
            if (_offered is not null && !await _offered.OrTooLate("an offer was never answered"))
            {
                _atTheClient.Enqueue(_tag);
                await ArriveAsync();
            }

            _handover.Close(discardFilling: false);
            await writing.OrTooLate("the write loop did not end");
        }

        private async Task ArriveAsync()
        {
            while (_atTheClient.TryDequeue(out var tag))
            {
                await _intake!.AddAsync(Arrived(tag)).OrTooLate("a delivery of the client's never arrived");
            }
        }

        private async Task WriteOnAsync()
        {
            while (await (_taking ?? _handover.TakeAsync().AsTask()) is { } batch)
            {
                _taking = null;
                _written.AddRange(TagsOf(batch));
                _handover.Return(batch);
            }
        }
    }
}
