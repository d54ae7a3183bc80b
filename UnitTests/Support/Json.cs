using System.Globalization;
using System.Text;

namespace UnitTests.Support;

/// <summary>JSON that may be broken in ways no serializer would produce.</summary>
internal abstract record Json
{
    /// <summary>Written as it is: numbers, literals, garbage.</summary>
    public sealed record Raw(string Characters) : Json;

    public sealed record Text(string Value) : Json;

    public sealed record Array(List<Json> Items) : Json;

    /// <summary>Members in sequence; a name may be there twice.</summary>
    public sealed record Object(List<KeyValuePair<string, Json>> Members) : Json
    {
        public Json this[string name]
        {
            get => Members.Find(member => member.Key == name).Value;
            set => Members[Members.FindIndex(member => member.Key == name)] = new(name, value);
        }

        public void Add(string name, Json value) => Members.Add(new(name, value));
    }

    /// <summary>One of the many ways to write it: white space, escapes, members in any sequence.</summary>
    public byte[] Spelled(Choices choices)
    {
        var text = new StringBuilder();
        var spelling = new JsonSpelling(choices, text);
        spelling.Space();
        spelling.Write(this);
        spelling.Space();
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>As a serializer writes it: nothing that is not needed.</summary>
    public byte[] Compact() => Spelled(Choices.Simplest());

    private sealed class JsonSpelling(Choices choices, StringBuilder text)
    {
        public void Write(Json json)
        {
            switch (json)
            {
                case Raw raw:
                    text.Append(raw.Characters);
                    break;
                case Text value:
                    WriteString(value.Value);
                    break;
                case Array array:
                    WriteList('[', ']', array.Items, Write);
                    break;
                case Object value:
                    var members = value.Members.ToList();
                    if (choices.Rarely(2))
                    {
                        choices.Shuffle(members);
                    }

                    WriteList('{', '}', members, WriteMember);
                    break;
            }
        }

        public void Space()
        {
            while (choices.Rarely(6))
            {
                text.Append(choices.OneOf(' ', '\n', '\r', '\t'));
            }
        }

        private void WriteMember(KeyValuePair<string, Json> member)
        {
            WriteString(member.Key);
            Space();
            text.Append(':');
            Space();
            Write(member.Value);
        }

        private void WriteList<T>(char open, char close, List<T> items, Action<T> write)
        {
            text.Append(open);
            for (var i = 0; i < items.Count; i++)
            {
                text.Append(i == 0 ? "" : ",");
                Space();
                write(items[i]);
                Space();
            }

            text.Append(close);
        }

        private void WriteString(string value)
        {
            text.Append('"');
            var escapesMuch = choices.Rarely(4);
            for (var i = 0; i < value.Length; i++)
            {
                var isPair = char.IsSurrogatePair(value, i);
                if (isPair && !escapesMuch)
                {
                    text.Append(value, i, 2);
                    i++;
                }
                else
                {
                    WriteCharacter(value[i], escapesMuch && choices.Rarely(3));
                }
            }

            text.Append('"');
        }

        private void WriteCharacter(char character, bool mayEscape)
        {
            var shortForm = "\"\\/\b\f\n\r\t".IndexOf(character, StringComparison.Ordinal);
            var must = character is '"' or '\\' or < ' ' || char.IsSurrogate(character);
            if (!must && !mayEscape)
            {
                text.Append(character);
            }
            else if (shortForm >= 0 && choices.Rarely(2))
            {
                text.Append('\\').Append("\"\\/bfnrt"[shortForm]);
            }
            else
            {
                var isUpper = choices.Rarely(2);
                text.Append("\\u").Append(((int)character).ToString(isUpper ? "X4" : "x4", CultureInfo.InvariantCulture));
            }
        }
    }
}
