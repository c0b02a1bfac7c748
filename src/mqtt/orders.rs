//! What a broker's clients ask of cameras. Pure.

/// What can be switched of a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// The camera.
    Camera,
    /// The camera's analytics.
    Analytics,
}

/// Something that is to be switched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Name of the camera.
    pub camera: String,
    /// What of it is to be switched.
    pub switch: Switch,
    /// Whether it is to be on.
    pub on: bool,
}

impl Order {
    /// Reads what was sent of a camera.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(camera: &str, what: &str, payload: &[u8]) -> Result<Order, String> {
        let switch = match what {
            "enabled" => Switch::Camera,
            "analytics" => Switch::Analytics,
            _ => return Err("only `enabled` and `analytics` can be set".to_owned()),
        };
        let on = match payload.trim_ascii().to_ascii_uppercase().as_slice() {
            b"ON" => true,
            b"OFF" => false,
            _ => return Err(format!("{what} takes ON or OFF")),
        };
        Ok(Order { camera: camera.to_owned(), switch, on })
    }
}

impl Switch {
    /// Returns the field by which a camera is described as switched.
    pub fn field(self) -> &'static str {
        match self {
            Switch::Camera => "enabled",
            Switch::Analytics => "analytics",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_says_what_is_to_be_on_or_off() {
        let order = |switch, on| Ok(Order { camera: "gate".to_owned(), switch, on });
        assert_eq!(Order::read("gate", "enabled", b"OFF"), order(Switch::Camera, false));
        assert_eq!(Order::read("gate", "analytics", b" on\n"), order(Switch::Analytics, true));
        for (what, payload) in [("enabled", &b"maybe"[..]), ("enabled", b""), ("source", b"ON")] {
            assert!(Order::read("gate", what, payload).is_err(), "{what}");
        }
    }
}
