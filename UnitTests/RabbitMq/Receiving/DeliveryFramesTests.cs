using System.Text;
using Infrastructure.RabbitMq.Receiving;
using UnitTests.Support;

namespace UnitTests.RabbitMq.Receiving;

public sealed class DeliveryFramesTests
{
    private const ushort Channel = 7;
    private const ushort OtherChannel = 8;
    private const int Capacity = 4096;

    private static readonly SentDelivery Sent = new(Channel, 0x0102030405060708);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_delivery_is_recognised_with_its_parts(bool redelivered)
    {
        var sent = Sent with { Redelivered = redelivered, Exchange = "größe", RoutingKey = "key" };

        AssertRecognised(sent, sent.ToBytes());
    }

    [Fact]
    public void What_follows_a_delivery_does_not_belong_to_it() =>
        AssertRecognised(Sent, [.. Sent.ToBytes(), .. Sent.ToBytes(), .. AmqpBytes.Heartbeat]);

    [Fact]
    public void A_delivery_without_a_body_has_no_body_frame()
    {
        var sent = Sent with { Body = [] };

        AssertRecognised(sent, sent.ToBytes());
        AssertRecognised(sent, [.. sent.ToBytes(), .. AmqpBytes.Heartbeat]);
    }

    [Fact]
    public void Any_delivery_is_recognised() => ForAny.Case(
        AnyDelivery,
        sent => sent.ToString(),
        sent => AssertRecognised(sent, sent.ToBytes(), capacity: 1024 * 1024),
        cases: 500);

    [Fact]
    public void Every_beginning_of_a_delivery_is_incomplete()
    {
        AssertIncomplete(Sent.ToBytes());
        AssertIncomplete((Sent with { Body = [] }).ToBytes());
    }

    [Fact]
    public void A_delivery_that_fits_exactly_is_waited_for()
    {
        var sent = Sent with { Body = new byte[1000] };
        var bytes = sent.ToBytes();

        AssertRecognised(sent, bytes, capacity: bytes.Length);
        AssertSplit(sent, bytes, capacity: bytes.Length - 1);
    }

    [Fact]
    public void A_delivery_that_does_not_fit_is_told_as_soon_as_its_header_is_there()
    {
        var sent = Sent with { Body = new byte[Capacity] };
        var known = sent.MethodFrame.Length + sent.HeaderFrame.Length;
        var bytes = sent.ToBytes();

        AssertIncomplete(bytes, upTo: known);
        for (var length = known; length < bytes.Length; length++)
        {
            AssertSplit(sent, bytes[..length]);
        }
    }

    [Fact]
    public void A_delivery_with_properties_that_do_not_fit_is_split()
    {
        var sent = Sent with { Properties = new byte[Capacity], Body = [] };

        AssertSplit(sent, sent.ToBytes());
    }

    [Fact]
    public void A_body_in_two_frames_is_split()
    {
        var sent = Sent with { Body = new byte[100], PerFrame = 99 };

        AssertSplit(sent, sent.ToBytes());
    }

    [Fact]
    public void A_delivery_with_another_channels_frame_in_it_is_split()
    {
        byte[][] strangers =
        [
            AmqpBytes.Heartbeat,
            AmqpBytes.Method(OtherChannel, 20, 20, 1),
            AmqpBytes.Header(OtherChannel, (ulong)Sent.Body.Length, Sent.Properties),
            AmqpBytes.Body(OtherChannel, Sent.Body),
        ];
        foreach (var stranger in strangers)
        {
            AssertSplit(Sent, AmqpBytes.Joined(Sent.MethodFrame, stranger, Sent.HeaderFrame, Sent.BodyFrames));
            AssertSplit(Sent, AmqpBytes.Joined(Sent.MethodFrame, Sent.HeaderFrame, stranger, Sent.BodyFrames));
        }
    }

    [Fact]
    public void What_is_no_delivery_of_the_channel_is_one_frame()
    {
        AssertOther(AmqpBytes.Heartbeat);
        AssertOther((Sent with { Channel = OtherChannel }).MethodFrame);
        AssertOther(Sent.BodyFrames);
        AssertOther(AmqpBytes.Method(0, 10, 50, [.. AmqpBytes.Short(320), .. AmqpBytes.ShortText("CONNECTION_FORCED"), 0, 0, 0, 0]));
        AssertOther(AmqpBytes.Method(Channel, 20, 40, [.. AmqpBytes.Short(406), .. AmqpBytes.ShortText("PRECONDITION_FAILED"), 0, 60, 0, 80]));
        AssertOther(AmqpBytes.Method(Channel, 60, 30, [.. AmqpBytes.ShortText("w"), 1]));
        AssertOther(AmqpBytes.Method(Channel, 60, 21, AmqpBytes.ShortText("w")));
        AssertOther(AmqpBytes.Method(Channel, 20, 60));
        AssertOther(AmqpBytes.Method(Channel, 60, 60));
    }

    [Fact]
    public void A_frame_that_no_buffer_holds_is_too_long()
    {
        foreach (var type in (byte[])[AmqpBytes.MethodFrame, AmqpBytes.HeaderFrame, AmqpBytes.BodyFrame])
        {
            AssertKind(FrameKind.TooLong, null, [type, .. AmqpBytes.Short(Channel), .. AmqpBytes.Long(uint.MaxValue)]);
            AssertKind(FrameKind.TooLong, null, [type, .. AmqpBytes.Short(Channel), .. AmqpBytes.Long(Capacity + 1 - 8)]);
            AssertKind(FrameKind.Incomplete, null, [type, .. AmqpBytes.Short(Channel), .. AmqpBytes.Long(Capacity - 8)]);
        }
    }

    [Fact]
    public void A_fetched_message_is_a_delivery_that_the_client_waits_for()
    {
        byte[] arguments = [.. AmqpBytes.LongLong(Sent.Tag), 1, .. AmqpBytes.ShortText("orders"), .. AmqpBytes.ShortText("key"), .. AmqpBytes.Long(7)];
        var bytes = AmqpBytes.Joined(AmqpBytes.Method(Channel, 60, 71, arguments), Sent.HeaderFrame, Sent.BodyFrames);

        var (kind, parts, length) = Examine(bytes);

        Assert.Equal((FrameKind.Delivery, bytes.Length), (kind, length));
        Assert.Equal((Sent.Tag, true, true), (parts.Tag, parts.Redelivered, parts.IsFetched));
        Assert.Equal(Sent.Body, bytes[parts.Body]);
    }

    [Theory]
    [InlineData(uint.MaxValue, 1UL)]
    [InlineData(uint.MaxValue - 8, 1UL)]
    [InlineData((uint)int.MaxValue, 1UL)]
    [InlineData(int.MaxValue - 8U, 1UL)]
    public void A_header_beyond_all_measure_does_not_overflow(uint headerSize, ulong bodySize)
    {
        byte[] header =
        [
            AmqpBytes.HeaderFrame, .. AmqpBytes.Short(Channel), .. AmqpBytes.Long(headerSize),
            .. AmqpBytes.Short(60), .. AmqpBytes.Short(0), .. AmqpBytes.LongLong(bodySize),
        ];

        AssertSplit(Sent, [.. Sent.MethodFrame, .. header]);
        AssertSplit(Sent, [.. Sent.MethodFrame, .. header, .. new byte[Capacity]]);
        AssertSplit(Sent, [.. Sent.MethodFrame, .. header], capacity: int.MaxValue);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 8)]
    [InlineData((ulong)long.MaxValue)]
    [InlineData(long.MaxValue - 8UL)]
    [InlineData((ulong)uint.MaxValue)]
    [InlineData((ulong)int.MaxValue)]
    public void A_body_beyond_all_measure_does_not_overflow(ulong bodySize)
    {
        byte[] bytes = [.. Sent.MethodFrame, .. AmqpBytes.Header(Channel, bodySize, Sent.Properties)];

        AssertSplit(Sent, bytes);
        AssertSplit(Sent, [.. bytes, .. new byte[Capacity]]);
        AssertSplit(Sent, bytes, capacity: int.MaxValue);
    }

    [Fact]
    public void What_is_written_as_a_header_is_read_as_one() => ForAny.Case(
        AnyDelivery,
        sent => sent.ToString(),
        sent =>
        {
            var frame = DeliveryFrames.WriteHeader(sent.Channel, (ulong)sent.Body.Length, sent.Properties);

            Assert.Equal(sent.HeaderFrame, frame);
            Assert.True(DeliveryFrames.TryReadHeader(frame, out var bodySize, out var properties));
            Assert.Equal((ulong)sent.Body.Length, bodySize);
            Assert.Equal(sent.Properties, properties.ToArray());
        },
        cases: 500);

    [Fact]
    public void A_delivery_whose_body_frame_has_another_length_than_the_header_says_is_split()
    {
        AssertSplit(Sent, AmqpBytes.Joined(Sent.MethodFrame, Sent.HeaderFrame, AmqpBytes.Body(Channel, [.. Sent.Body, 0])));
        byte[] endless = [AmqpBytes.BodyFrame, .. AmqpBytes.Short(Channel), .. AmqpBytes.Long(uint.MaxValue)];
        AssertSplit(Sent, AmqpBytes.Joined(Sent.MethodFrame, Sent.HeaderFrame, endless));
    }

    [Fact]
    public void Without_its_end_marks_it_is_no_frame()
    {
        var bytes = Sent.ToBytes();
        int[] ends = [Sent.MethodFrame.Length - 1, Sent.MethodFrame.Length + Sent.HeaderFrame.Length - 1, bytes.Length - 1];
        foreach (var end in ends)
        {
            var spoiled = bytes.ToArray();
            spoiled[end] = 0xCF;

            AssertKind(FrameKind.NotAFrame, null, spoiled);
        }
    }

    [Fact]
    public void The_answer_of_a_broker_of_another_version_is_no_frame() =>
        AssertKind(FrameKind.NotAFrame, null, AmqpBytes.ProtocolHeader);

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)4)]
    [InlineData((byte)9)]
    [InlineData((byte)255)]
    public void A_type_that_nobody_knows_is_no_frame(byte type) => AssertKind(FrameKind.NotAFrame, null, AmqpBytes.Frame(type, Channel, [1, 2]));

    [Fact]
    public void A_method_too_short_to_have_a_name_is_one_frame()
    {
        for (var size = 0; size < 4; size++)
        {
            AssertOther(AmqpBytes.Frame(AmqpBytes.MethodFrame, Channel, new byte[] { 0, 60, 0, 60 }.AsSpan(0, size)));
        }
    }

    [Fact]
    public void A_delivery_that_ends_within_its_names_is_no_frame()
    {
        var arguments = Sent.MethodFrame[(7 + 4)..^1];
        for (var size = 1; size < arguments.Length - 1; size++)
        {
            var method = AmqpBytes.Method(Channel, 60, 60, arguments.AsSpan(0, size));

            AssertKind(FrameKind.NotAFrame, null, AmqpBytes.Joined(method, Sent.HeaderFrame, Sent.BodyFrames));
        }
    }

    [Fact]
    public void A_delivery_whose_header_has_no_room_for_the_body_size_is_no_delivery()
    {
        var header = Sent.HeaderFrame[7..(7 + 12)];
        for (var size = 0; size < header.Length; size++)
        {
            var cut = AmqpBytes.Frame(AmqpBytes.HeaderFrame, Channel, header.AsSpan(0, size));

            Assert.NotEqual(FrameKind.Delivery, Examine([.. Sent.MethodFrame, .. cut, .. new byte[64]]).Kind);
        }

        // The body size's last byte is the end mark, and a body of that size follows.
        var shortHeader = AmqpBytes.Frame(AmqpBytes.HeaderFrame, Channel, new byte[11]);
        AssertKind(FrameKind.NotAFrame, null, [.. Sent.MethodFrame, .. shortHeader, .. AmqpBytes.Body(Channel, new byte[0xCE])]);
    }

    [Fact]
    public void Whatever_comes_is_answered() => ForAny.Case(
        AnyBytes,
        bytes => Convert.ToHexString(bytes),
        bytes =>
        {
            foreach (var capacity in (int[])[Math.Max(bytes.Length, 7), bytes.Length + 8, Capacity])
            {
                var (kind, parts, length) = Examine(bytes, capacity);
                if (kind == FrameKind.Incomplete)
                {
                    Assert.True(bytes.Length < capacity, $"more is waited for than the {capacity} bytes that there is room for");
                }
                else if (kind == FrameKind.Delivery)
                {
                    Assert.InRange(length, 1, bytes.Length);
                    Assert.InRange(parts.Exchange.GetOffsetAndLength(length).Length, 0, 255);
                    Assert.InRange(parts.Properties.GetOffsetAndLength(length).Length, 0, length);
                    Assert.InRange(parts.Body.GetOffsetAndLength(length).Length, 0, length);
                }
                else if (kind is FrameKind.Other or FrameKind.ContentHeader or FrameKind.SplitDelivery)
                {
                    Assert.InRange(length, AmqpBytes.Overhead, bytes.Length);
                }
            }
        },
        cases: 20_000);

    private static SentDelivery AnyDelivery(Choices choices) => new(Channel, (ulong)choices.BelowLong(long.MaxValue))
    {
        ConsumerTag = new string('c', choices.Below(256)),
        Redelivered = choices.Rarely(2),
        Exchange = AnyOrder.Text(choices, 60),
        RoutingKey = new string('k', choices.Below(256)),
        Properties = Filled(choices, choices.Between(2, 300)),
        Body = Filled(choices, choices.Rarely(4) ? choices.Below(200_000) : choices.Below(300)),
    };

    // Pure noise, or a delivery with some of its bytes changed.
    private static byte[] AnyBytes(Choices choices)
    {
        var bytes = choices.Rarely(3)
            ? Filled(choices, choices.Below(64))
            : (Sent with { Body = Filled(choices, choices.Below(20)), Properties = Filled(choices, choices.Between(2, 10)) }).ToBytes();
        for (var changes = choices.Below(4); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes[choices.Below(Math.Min(bytes.Length, choices.OneOf(8, 40, bytes.Length)))] = choices.OneOf<byte>(0, 1, 2, 3, 7, 8, 60, 0x7F, 0xCE, 0xFF);
        }

        return bytes[..^(choices.Rarely(4) ? choices.Below(bytes.Length + 1) : 0)];
    }

    private static byte[] Filled(Choices choices, int length)
    {
        var bytes = new byte[length];
        new Random(choices.Below(int.MaxValue)).NextBytes(bytes);
        return bytes;
    }

    private static void AssertRecognised(SentDelivery sent, byte[] bytes, int capacity = Capacity)
    {
        var (kind, parts, length) = Examine(bytes, capacity);

        Assert.Equal(FrameKind.Delivery, kind);
        Assert.Equal(sent.ToBytes().Length, length);
        Assert.Equal(sent.Tag, parts.Tag);
        Assert.Equal(sent.Redelivered, parts.Redelivered);
        Assert.Equal(sent.Exchange, Encoding.UTF8.GetString(bytes[parts.Exchange]));
        Assert.Equal(sent.Properties, bytes[parts.Properties]);
        Assert.Equal(sent.Body, bytes[parts.Body]);
    }

    private static void AssertIncomplete(byte[] bytes, int? upTo = null)
    {
        for (var length = 0; length < (upTo ?? bytes.Length); length++)
        {
            Assert.True(Examine(bytes[..length]).Kind == FrameKind.Incomplete, $"{length} of {bytes.Length} bytes: {Examine(bytes[..length]).Kind}");
        }
    }

    private static void AssertSplit(SentDelivery sent, byte[] bytes, int capacity = Capacity)
    {
        AssertKind(FrameKind.SplitDelivery, sent.MethodFrame.Length, bytes, capacity);
        var (_, parts, _) = Examine(bytes, capacity);
        Assert.Equal((sent.Tag, sent.Redelivered, sent.Exchange), (parts.Tag, parts.Redelivered, Encoding.UTF8.GetString(bytes[parts.Exchange])));
    }

    [Fact]
    public void A_header_of_any_channel_is_told_apart()
    {
        foreach (var channel in (ushort[])[0, Channel, OtherChannel])
        {
            var header = AmqpBytes.Header(channel, 7, Sent.Properties);
            AssertKind(FrameKind.ContentHeader, header.Length, [.. header, .. Sent.ToBytes()]);
            AssertKind(FrameKind.Incomplete, null, header[..^1]);
        }
    }

    // Also when the next frame is there already.
    private static void AssertOther(byte[] frame)
    {
        AssertKind(FrameKind.Other, frame.Length, frame);
        AssertKind(FrameKind.Other, frame.Length, [.. frame, .. Sent.ToBytes()]);
    }

    private static void AssertKind(FrameKind kind, int? length, byte[] bytes, int capacity = Capacity)
    {
        var answer = Examine(bytes, capacity);
        Assert.Equal(kind, answer.Kind);
        if (length is not null)
        {
            Assert.Equal(length, answer.Length);
        }
    }

    private static (FrameKind Kind, DeliveryParts Parts, int Length) Examine(byte[] bytes, int capacity = Capacity)
    {
        var kind = DeliveryFrames.Examine(bytes, Channel, capacity, out var parts, out var length);
        return (kind, parts, length);
    }
}
