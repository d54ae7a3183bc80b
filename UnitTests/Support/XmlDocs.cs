using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace UnitTests.Support;

/// <summary>What the compiler has collected of a member's documentation.</summary>
internal static partial class XmlDocs
{
    /// <summary>A property's element, as plain text in Markdown.</summary>
    public static string Of(PropertyInfo property, string element)
    {
        var assembly = property.DeclaringType!.Assembly;
        var file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        var member = file.Descendants("member").Single(one => one.Attribute("name")?.Value == $"P:{property.DeclaringType.FullName}.{property.Name}");
        return member.Element(element) is { } text ? Spaces().Replace(string.Concat(text.Nodes().Select(TextOf)), " ").Trim() : "";
    }

    private static string TextOf(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => $"`{NameOf(see)}`",
        XElement code => $"`{code.Value}`",
        _ => "",
    };

    private static string NameOf(XElement see) =>
        see.Attribute("cref")?.Value.Split('.', ':')[^1] ?? see.Attribute("langword")?.Value ?? "";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
