import space.inside
