using Infrastructure.RabbitMq.Receiving;
using UnitTests.Support;

namespace UnitTests.RabbitMq.Receiving;

public sealed partial class BrokerStreamTests
{
    /// <summary>
    /// What a broker sends, in which pieces it arrives, what there is room for at once, and how much the client asks for at a time.
    /// </summary>
    private sealed class Story
    {
        private const ushort OtherChannel = 2;

        // What is sent, as the delivery that it is for the receiver, and what the client is to read of it.
        private readonly List<(SentDelivery? Delivery, byte[] Bytes, byte[] Forwarded)> _sent = [];
        private readonly Dictionary<ulong, int> _refusals = [];
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
            var refusals = new Dictionary<ulong, int>(_refusals);
            var receiver = new RecordingReceiver(tag =>
            {
                time.Advance(TimeSpan.FromSeconds(_isTimed ? 0.4 : 0));
                return (refusals[tag] = refusals.GetValueOrDefault(tag) - 1) < 0;
            });
            using var sockets = new SocketPair();
            await using var stream = Watched(sockets, receiver, time);

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
            $"refused {string.Join(", ", _refusals)}; pieces {string.Join(", ", _pieces)}; reads {string.Join(", ", _reads)}";

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
            var wanted = _sent.Where(sent => sent.Delivery is not null).Select(sent => sent.Delivery!).ToList();
            Assert.Equal(wanted.Select(delivery => delivery.Tag), receiver.Taken.Select(delivery => delivery.Tag));
            foreach (var (want, have) in wanted.Zip(receiver.Taken))
            {
                Assert.Equal(want.Redelivered, have.Redelivered);
                Assert.Equal(want.Exchange, have.Exchange);
                Assert.True(want.Properties.AsSpan().SequenceEqual(have.Properties), $"{want} has other properties");
                Assert.True(want.Body.AsSpan().SequenceEqual(have.Body), $"{want} has another body");
            }

            var inOnePiece = _sent.Where(sent => sent.Delivery is not null && sent.Forwarded.Length == 0 && sent.Bytes.Length <= 256 * 1024)
                .Select(sent => sent.Delivery!).Where(delivery => delivery.PerFrame >= delivery.Body.Length);
            Assert.Equal(inOnePiece.Select(delivery => delivery.Tag), receiver.Lent);
        }

        private void AssertReceived(byte[] received)
        {
            var wanted = AmqpBytes.Joined(_sent.Select(sent => sent.Forwarded));
            if (_isTimed)
            {
                // None was sent in this story.
                received = AmqpBytes.Joined(AmqpBytes.Split(received).Where(frame => !frame.SequenceEqual(AmqpBytes.Heartbeat)));
            }

            Assert.Equal(wanted.Length, received.Length);
            Assert.Equal(wanted.Length, wanted.AsSpan().CommonPrefixLength(received));
        }

        private (SentDelivery? Delivery, byte[] Bytes, byte[] Forwarded) Next(Choices choices, ulong tag)
        {
            var kind = choices.Below(8);
            if (kind == 6)
            {
                return Forwarded(_isTimed ? Other : AmqpBytes.Heartbeat);
            }

            if (kind == 7)
            {
                var (type, channel) = (choices.OneOf<byte>(1, 2, 3), choices.OneOf<ushort>(0, 2, Channel));
                return Forwarded(AmqpBytes.Frame(type, channel, Filled(choices, choices.Below(3000) + 4)));
            }

            if (choices.Rarely(4))
            {
                _refusals[tag] = choices.Between(1, 3);
            }

            var delivery = new SentDelivery(choices.Rarely(6) ? OtherChannel : Channel, tag)
            {
                Redelivered = choices.Rarely(2),
                Exchange = choices.OneOf("orders", "", "other"),
                Properties = Filled(choices, choices.Between(2, 200)),
                Body = Filled(choices, Length(choices)),
                PerFrame = choices.OneOf(131072 - 8, 131072 - 8, 131072 - 8, 100),
            };
            if (delivery.Channel == OtherChannel)
            {
                var shown = Shown(delivery.HeaderFrame);
                return (null, delivery.ToBytes(), AmqpBytes.Joined(delivery.MethodFrame, shown, delivery.BodyFrames));
            }

            return choices.Rarely(4) ? Interrupted(choices, delivery) : (delivery, delivery.ToBytes(), []);
        }

        // Another channel's frames between its own.
        private static (SentDelivery Delivery, byte[] Bytes, byte[] Forwarded) Interrupted(Choices choices, SentDelivery delivery)
        {
            var stranger = AmqpBytes.Method(OtherChannel, 60, 80, [0, 0, 0, 0, 0, 0, 0, 17, 0]);
            var (bytes, forwarded) = (new List<byte[]>(), new List<byte[]>());
            foreach (var frame in AmqpBytes.Split(delivery.ToBytes()))
            {
                bytes.Add(frame);
                if (bytes.Count == 1 || choices.Rarely(3))
                {
                    bytes.Add(stranger);
                    forwarded.Add(stranger);
                }
            }

            return (delivery, AmqpBytes.Joined(bytes), AmqpBytes.Joined(forwarded));
        }

        private static (SentDelivery? Delivery, byte[] Bytes, byte[] Forwarded) Forwarded(byte[] frame) =>
            (null, frame, frame[0] == AmqpBytes.HeaderFrame ? Shown(frame) : frame);

        private static byte[] Shown(byte[] header) => HarmlessHeader.InsteadOf(header) ?? header;

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
